# shellcheck shell=bash
# PostgreSQL with its own assertions, built from Debian's source packages, for script/test --long.
#
# Contract: `build_tree MAJOR DIR [CACHE]` builds it in DIR and sets PG_CONFIG, as extract_tree of script/tree.sh does; CACHE
# keeps the source. `test_with_assertions` tests with each major that can be had. ASSERTING is the pg_config of the last one.

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
