# shellcheck shell=bash
# What only script/test --long runs. script/test reads this file and calls `test_long`.

# ---------------------------------------------------------------- PostgreSQL with assertions

# PostgreSQL with its own assertions is built from Debian's source packages. `build_tree MAJOR DIR [CACHE]` builds it in DIR
# and sets PG_CONFIG, as extract_tree of script/tree.sh does; CACHE keeps the source. `test_with_assertions` tests with each
# major that can be had. ASSERTING is the pg_config of the last one.

# What PostgreSQL is built with: assertions check each call, and freed memory is overwritten. The tests need XML.
readonly TREE_OPTIONS=(--quiet --enable-cassert --enable-debug --enable-tap-tests --with-libxml --without-icu
  --without-readline --without-zlib CFLAGS='-O1 -fno-omit-frame-pointer')

# Compiles the source in $1/source to $1/server, with the other arguments as flags of the preprocessor.
compile_tree() {
  local dir=$1 part
  shift
  run_as_server env -C "$dir/objects" ../source/configure --prefix="$dir/server" "${TREE_OPTIONS[@]}" CPPFLAGS="$*" || return
  # the contrib modules that tests use
  for part in . contrib/postgres_fdw contrib/pageinspect; do
    run_as_server make -s -C "$dir/objects/$part" -j"$(nproc)" install || return
  done
}

build_tree() {
  local major=$1 dir=$2 cache=${3-} source program flags=
  source=${cache:-$dir}/postgresql-$major-source
  for program in flex bison xml2-config; do
    command -v "$program" >/dev/null || no_tree "$program is not installed" || return
  done
  have_packages "$major" "$source" "$dir" download_source || return
  mkdir -p "$dir"/{source,objects}
  # without Debian's patches, which make the server look for its files in /usr
  tar -C "$dir/source" --no-same-owner --strip-components=1 -xf "$source"/postgresql-"$major"_*.orig.tar.* ||
    no_tree "its source cannot be extracted" || return
  # the server tells Valgrind about each allocation
  [[ ! -f /usr/include/valgrind/memcheck.h ]] || flags=-DUSE_VALGRIND
  hand_over "$dir"
  compile_tree "$dir" "$flags" >"$dir/build.log" 2>&1 || no_tree "" "$dir/build.log" || return
  # shellcheck disable=SC2034  # read by prepare
  PG_CONFIG=$dir/server/bin/pg_config
}

ASSERTING=

# Builds PostgreSQL $1 with assertions.
build_asserting() {
  mkdir "$WORK/asserting-$1"
  build_tree "$1" "$WORK/asserting-$1" "$CACHE" && return
  RESULT=skipped
  skip "PostgreSQL $1 with assertions: $TREE_PROBLEM"
}

# The tests of the default run with PostgreSQL's own assertions, and random queries.
test_with_assertions() {
  local major PG_CONFIG=$PG_CONFIG installed=$PG_CONFIG
  for major in $TREES; do
    step "build PostgreSQL $major with assertions" build_asserting "$major"
    [[ $RESULT == ok ]] || continue
    ASSERTING=$PG_CONFIG
    PG_CONFIG=$installed
    test_other "PostgreSQL $major with assertions" PG_CONFIG="$ASSERTING" CI=true "$ROOT/script/test"
  done
}

# ---------------------------------------------------------------- all steps

# Tests of names $2 until the time is over, with another seed each time.
random_tests() {
  local end=$(( SECONDS + MINUTES * 60 )) failed=$FAILED files
  mapfile -t files < <(tap_files none | grep -E "/[0-9]+_($2)\.pl$")
  while (( SECONDS < end && FAILED == failed )); do
    export KPI_SEED=$(( RANDOM * 32768 + RANDOM ))
    step "$1, KPI_SEED=$KPI_SEED" tap_tests "${files[@]}"
  done
  unset KPI_SEED
}

# The TAP tests that no other step of --long runs.
all_tests() {
  local files
  mapfile -t files < <(tap_files "$ONLY_LONG|$LONGER|$RANDOM_DATA|$RANDOM_QUERIES")
  step "TAP tests (${#files[@]})" tap_tests "${files[@]}"
}

# Faults, and dumps that are restored in the other majors.
fault_tests() {
  local -x KPI_LONG=1
  local files NAMES=()
  mapfile -t files < <(tap_files none | grep -E "/[0-9]+_($ONLY_LONG|$LONGER)\.pl$")
  step "faults (${#files[@]})" tap_tests "${files[@]}"
  NAMES=(063_dump_across)
  test_others
}

# The regression tests under AddressSanitizer, which Debian's servers bear from PostgreSQL 17 on.
sanitize_address() {
  local PG_CONFIG
  if ! extract_tree 17 "$WORK/tree" "$CACHE"; then
    RESULT=skipped
    skip "AddressSanitizer: PostgreSQL 17 could not be had: $TREE_PROBLEM"
    return 0
  fi
  hand_over
  check asan env PG_CONFIG="$PG_CONFIG" "$BUILD/test/sanitize/run" asan
}

# script/live for some seconds.
live_mart() {
  local log=$WORK/log/live
  run env PG_CONFIG="$PG_CONFIG" "$ROOT/script/live" --tickets 20000 --seconds 20 >"$log" 2>&1 || true
  if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    RESULT=${BASH_REMATCH[0]}
    (( BASH_REMATCH[2] == 0 )) && return
  else
    count 0 1
  fi
  tail -n 60 "$log"
  return 1
}

test_long() {
  local CI=true
  printf '%s\n' "$("$PG_CONFIG" --version)"
  step 'build' build
  [[ $RESULT == ok ]] || return 0
  build_with_clang
  step 'live mart' live_mart
  step 'dashboard' dashboard_tests
  random_tests 'random data' "$RANDOM_DATA"
  random_tests 'random queries' "$RANDOM_QUERIES"
  fault_tests
  all_tests
  step 'fuzzing' check fuzz env PG_CONFIG="$PG_CONFIG" \
    "$BUILD/test/fuzz/run" --keep "$WORK/log" --random --minutes "$MINUTES"
  step 'regression tests, AddressSanitizer' sanitize_address
  test_with_assertions
  # a server with assertions tells Valgrind of its allocations
  step 'regression tests, Valgrind' check valgrind env PG_CONFIG="${ASSERTING:-$PG_CONFIG}" \
    "$BUILD/test/sanitize/run" valgrind
}
