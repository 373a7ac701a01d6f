# shellcheck shell=bash
# Shared by script/demo and script/test: a private, throw-away PostgreSQL with this extension in it.
#
# Contract: after `prepare` and `start_server` the caller has
#   WORK        a temporary directory that holds everything and disappears on exit, however the script ends
#   BUILD       a copy of the source tree (make writes there, never into the clone)
#   PG_CONFIG   pg_config of a private copy of the installed PostgreSQL; `make install` goes into that copy
#   PGHOST, PGPORT, PGUSER, PATH   set, so that psql reaches the private server and nothing else
# Nothing is installed into the system's PostgreSQL and no existing cluster is touched.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WORK=
STEP_PID=
BACKGROUND=()
APT_UPDATED=

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $*"; exit 1; }

# Variables of the caller's session (PGHOST, PGOPTIONS, MAKEFLAGS, ...) would point the tools at another server or
# change the build. Only PG_CONFIG is for users to set.
clean_environment() {
  local name
  for name in ${!PG@} ${!MAKE@} ${!GIT_@} ${!DEB_@} ${!DH_@} CFLAGS CPPFLAGS LDFLAGS COPT PROFILE DESTDIR PERL5LIB \
    PROVE_FLAGS; do
    [[ $name == PG_CONFIG ]] || unset "$name"
  done
}
clean_environment

# ---------------------------------------------------------------- running and cleaning up

# Runs a slow command in a process group of its own: bash handles a signal only after its foreground command has
# ended, but at once while it waits; and the whole group can then be ended, grandchildren included. File descriptor 3
# belongs to the script.
run() {
  local status=0
  setsid "$@" <&0 3>&- &
  STEP_PID=$!
  wait "$STEP_PID" || status=$?
  STEP_PID=
  return "$status"
}

# PostgreSQL refuses to run as root, so root hands everything that builds or serves to another user.
SERVER_USER=
choose_server_user() {
  (( EUID == 0 )) || return 0
  SERVER_USER=postgres
  id postgres >/dev/null 2>&1 || SERVER_USER=nobody
}

# The same in the background, where nobody can answer questions; the output goes to file $1. Sets STARTED.
run_in_background() {
  local log=$1
  shift
  setsid "$@" >"$log" 2>&1 </dev/null &
  STARTED=$!
  BACKGROUND+=("$STARTED")
}

# run, as the user that owns the server. HOME is the temporary directory: the other user cannot read the caller's.
run_as_server() {
  if [[ $SERVER_USER ]]; then
    run runuser -u "$SERVER_USER" -- env HOME="$WORK" "$@"
  else
    run env HOME="$WORK" "$@"
  fi
}

# Gives files below WORK, or all of it, to the user that owns the server. Call it after root wrote something there.
hand_over() { [[ -z $SERVER_USER ]] || chown -R "$SERVER_USER" "${@:-$WORK}"; }

# Called with the exit status before WORK is removed. Scripts may override it.
before_removal() { :; }

# Stops every server with data below WORK (the TAP tests start their own), then removes WORK.
cleanup() {
  local status=$? pidfile group
  trap '' INT TERM HUP
  set +e
  for group in $STEP_PID "${BACKGROUND[@]}"; do
    kill -TERM -- "-$group" 2>/dev/null
    wait "$group" 2>/dev/null
  done
  if [[ -n $WORK && $WORK == */kpi.?????? ]]; then
    while IFS= read -r pidfile; do
      run_as_server timeout 30 pg_ctl stop -s -D "$(dirname "$pidfile")" -m immediate >/dev/null 2>&1 </dev/null
    done < <(find "$WORK" -name postmaster.pid 2>/dev/null)
    before_removal "$status"
    cd / && rm -rf -- "$WORK"
  fi
  exit "$status"
}

# Ends the script with status $1. Another signal must not end it before it has cleaned up.
leave() {
  trap '' INT TERM HUP
  exit "$1"
}

# Makes WORK, once. It ignores TMPDIR: a path with spaces breaks make, one of over about 80 bytes the unix socket, and
# the server's user cannot read below the home of another user. A directory mounted noexec does not work either.
make_work_dir() {
  local dir
  [[ ! $WORK ]] || return 0
  trap cleanup EXIT
  trap 'leave 129' HUP
  trap 'leave 130' INT
  trap 'leave 143' TERM
  for dir in /tmp /var/tmp; do
    WORK=$(mktemp -d "$dir/kpi.XXXXXX" 2>/dev/null) || continue
    printf '#!/bin/sh\n' >"$WORK/can-run" && chmod +x "$WORK/can-run"
    "$WORK/can-run" 2>/dev/null && break
    rm -rf -- "$WORK"
    WORK=
  done
  [[ $WORK ]] || die "neither /tmp nor /var/tmp can hold programs: make one of them writable and not noexec"
  mkdir "$WORK/tmp" "$WORK/build" "$WORK/log" "$WORK/s"
  export TMPDIR=$WORK/tmp
}

# Prints what show_progress adds for step $1. Scripts may override it.
progress_detail() { :; }

# Shows how long step $1 has been running: in one line of a terminal, else a line each 20 seconds. Run it in the
# background; it ends with the script.
show_progress() {
  local since=$SECONDS text
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    printf -v text '%-36s %d s%s' "$1" $(( SECONDS - since )) "$(progress_detail "$1")"
    if [[ -t 1 ]]; then
      printf '\r  %s\e[K' "$text"
    elif (( (SECONDS - since) % 20 == 0 )); then
      printf '  %s\n' "$text"
    fi
  done
}

# Runs a command with show_progress on standard error.
with_progress() {
  local name=$1 status=0 ticker
  shift
  show_progress "$name" >&2 &
  ticker=$!
  "$@" || status=$?
  kill "$ticker" 2>/dev/null
  wait "$ticker" 2>/dev/null || true
  [[ ! -t 2 ]] || printf '\r\e[K' >&2
  return "$status"
}

# Runs a quiet step; shows the end of its log only when it failed.
logged() {
  local name=$1
  shift
  "$@" >"$WORK/log/$name" 2>&1 && return
  tail -n 40 "$WORK/log/$name" >&2
  return 1
}

# ---------------------------------------------------------------- what the machine must have

# Prints the path of program $1, or else of its newest version: clang, or clang-16, clang-15 ... or the newest in the
# directories of LLVM.
find_tool() {
  local name
  command -v "$1" && return
  name=$(compgen -c -- "$1-" | grep -xE -- "$1-[0-9]+" | sort -V | tail -n 1)
  [[ ! $name ]] || { command -v "$name" && return; }
  name=$(compgen -G "/usr/lib/llvm-*/bin/$1" | sort -V | tail -n 1)
  [[ $name ]] && printf '%s\n' "$name"
}

# Succeeds if this machine has the headers of Debian's PostgreSQL $1. Its pgxs.mk comes with the client.
has_headers() { [[ -f /usr/include/postgresql/$1/server/postgres.h ]]; }

# Prints the major version of the newest Debian PostgreSQL server; with `headers`, of those one can build against.
newest_server() {
  local bin major best=
  for bin in /usr/lib/postgresql/*/bin/postgres; do
    major=${bin#/usr/lib/postgresql/} major=${major%%/*}
    [[ -x $bin && $major =~ ^[0-9]+$ ]] || continue
    [[ ${1-} != headers ]] || has_headers "$major" || continue
    (( major > ${best:-0} )) && best=$major
  done
  printf '%s' "$best"
}

# In the foreground, not through run: sudo may have to ask for a password, and dpkg must not be cut short.
# </dev/null keeps debconf from waiting for an answer.
as_root() {
  if (( EUID == 0 )); then
    "$@" </dev/null
  else
    sudo "$@" </dev/null
  fi
}

# Asks for the password now if sudo needs one. On failure, sudo has printed the reason.
may_be_root() {
  (( EUID == 0 )) || sudo -n true 2>/dev/null && return
  command -v sudo >/dev/null || { say "You are not root, and there is no sudo."; return 1; }
  sudo -v || { say "sudo refused: the password was wrong, or you may not use sudo."; return 1; }
}

# Reads the package lists, once, to install the packages in the arguments.
apt_update() {
  [[ -z $APT_UPDATED ]] || return 0
  APT_UPDATED=yes
  command -v apt-get >/dev/null ||
    die "this is not Debian or Ubuntu: install gcc, make and PostgreSQL with its server headers, and set" \
      "PG_CONFIG=/path/to/pg_config"
  (( EUID == 0 )) || say "Packages are missing, and sudo is needed to install them: $*"
  may_be_root || die "run this again as root or with the right password, or let root run: apt-get install $*"
  with_progress 'reading the package lists' \
    as_root apt-get -o DPkg::Lock::Timeout=300 update -qq >"$WORK/log/apt-update" 2>&1 ||
    say "apt-get update failed, going on with the package lists as they are: $(tail -n 1 "$WORK/log/apt-update")"
}

# Chooses PostgreSQL: PG_CONFIG, else PG_MAJOR, else the newest installed (with headers first), else the
# distribution's default. Sets PG_CONFIG; sets PG_MAJOR only when it is a packaged one, which apt can complete.
choose_postgres() {
  if [[ ${PG_CONFIG-} && -z ${PG_MAJOR-} ]]; then
    PG_CONFIG=$("$PG_CONFIG" --bindir)/pg_config || die "PG_CONFIG does not name a working pg_config"
    [[ -f $("$PG_CONFIG" --pgxs) && -f $("$PG_CONFIG" --includedir-server)/postgres.h ]] ||
      die "PostgreSQL of $PG_CONFIG has no server headers: install them or unset PG_CONFIG"
    [[ -x $("$PG_CONFIG" --bindir)/postgres ]] ||
      die "PostgreSQL of $PG_CONFIG has no server: install it or unset PG_CONFIG"
    return
  fi
  PG_MAJOR=${PG_MAJOR:-$(newest_server headers)}
  PG_MAJOR=${PG_MAJOR:-$(newest_server)}
  if [[ -z $PG_MAJOR ]]; then
    apt_update postgresql postgresql-server-dev-all gcc make
    PG_MAJOR=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
    [[ $PG_MAJOR ]] || die "apt knows no package postgresql: check the package sources in /etc/apt"
  fi
  PG_CONFIG=/usr/lib/postgresql/$PG_MAJOR/bin/pg_config
}

# Prints the packages that are missing for building and serving; with `tap`, for PostgreSQL's Perl tests too, and with
# `tree`, for script/tree.sh.
missing_packages() {
  local lib=/usr/lib/postgresql/${PG_MAJOR:-none}
  command -v make >/dev/null || echo make
  command -v gcc >/dev/null || echo gcc
  [[ $(gcc -print-file-name=crt1.o 2>/dev/null) == /* ]] || echo libc6-dev
  if [[ ${PG_MAJOR-} ]]; then
    [[ -x $lib/bin/postgres && -x $lib/bin/psql ]] || echo "postgresql-$PG_MAJOR"
    has_headers "$PG_MAJOR" || echo "postgresql-server-dev-$PG_MAJOR"
  fi
  [[ " $* " != *" tap "* ]] || perl -MTest::More -MIPC::Run -e 1 2>/dev/null || echo libipc-run-perl
  # Debian 13 and Ubuntu 24.04 keep old names of time zones in a package of their own
  [[ " $* " != *" tap "* || -e /usr/share/zoneinfo/EST5EDT ]] || echo tzdata-legacy
  [[ " $* " != *" tree "* ]] || command -v patchelf >/dev/null || echo patchelf
}

# The package of a server makes and starts a cluster "main"; a demonstration must not leave one behind. The
# setting is removed by the very shell that installs, so it cannot survive an interruption of this script.
# shellcheck disable=SC2016
readonly APT_INSTALL='
  dir=/etc/postgresql-common/createcluster.d
  case " $* " in *" postgresql-"[0-9]*)
    trap "rm -f $dir/kpi-no-cluster.conf" EXIT
    trap "exit 1" INT TERM HUP
    mkdir -p "$dir" && echo "create_main_cluster = false" >"$dir/kpi-no-cluster.conf" ;;
  esac
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"'

# Installs packages, after reading the package lists once.
apt_install() {
  say "Installing with apt-get: $*"
  apt_update "$@"
  with_progress 'installing' logged apt-install as_root sh -c "$APT_INSTALL" sh "$@"
}

# Installs what is missing; without anything missing it runs neither apt nor sudo.
install_packages() {
  local packages=()
  mapfile -t packages < <(missing_packages "$@")
  (( ${#packages[@]} )) || return 0
  dpkg-query -W -f '${binary:Package}\n' | sort >"$WORK/tmp/packages"
  apt_install "${packages[@]}" ||
    die "apt-get could not install ${packages[*]}: see above; install them yourself and run this again"
}

# Says which packages of this run stay on the machine, if there are any.
say_what_stays() {
  [[ -f $WORK/tmp/packages ]] || return 0
  dpkg-query -W -f '${binary:Package}\t${Installed-Size}\n' | sort |
    awk -F '\t' -v before="$WORK/tmp/packages" '
      BEGIN { while ((getline name <before) > 0) had[name] = 1 }
      !($1 in had) { n++; kilobytes += $2 }
      END {
        if (n) printf "apt-get installed %d package%s (%d MB), which will stay on this machine.\n",
          n, n == 1 ? "" : "s", kilobytes / 1024
      }'
}

# Prints optional packages, one a line. PG_MAJOR is set. Scripts may override it.
optional_packages() { :; }

# Installs the optional packages, as far as they exist.
install_optional_packages() {
  local package packages=()
  for package in $(optional_packages); do
    dpkg -s "$package" >/dev/null 2>&1 || packages+=("$package")
  done
  (( ${#packages[@]} )) || return 0
  if ! command -v apt-get >/dev/null || ! may_be_root; then
    say "SKIPPED: what needs ${packages[*]}"
    return
  fi
  for package in "${packages[@]}"; do
    apt_install "$package" || say "SKIPPED: what needs $package"
  done
}

# ---------------------------------------------------------------- build and serve

# Copies the installed PostgreSQL into WORK. Its programs find their libraries, headers and extensions relative to
# themselves, so `make install` with the copy's pg_config stays inside WORK.
copy_postgres() {
  local dir what
  for what in bindir pkglibdir sharedir includedir-server; do
    dir=$("$PG_CONFIG" "--$what")
    [[ ! -d $WORK/pg$dir ]] || continue
    mkdir -p "$WORK/pg$dir"
    cp -R -- "$dir/." "$WORK/pg$dir"
  done
  PG_CONFIG=$WORK/pg$("$PG_CONFIG" --bindir)/pg_config
  [[ $("$PG_CONFIG" --sharedir) == "$WORK"/* ]] ||
    die "this PostgreSQL cannot be copied, so an installation would change it: use a packaged one (unset PG_CONFIG)"
  export PG_CONFIG PATH="${PG_CONFIG%/*}:$PATH"
}

# make in the copy of the tree. Without LLVM bitcode: it would need clang and changes no result.
# $1 is a directory, the rest are arguments of make.
make_in() {
  local dir=$1
  shift
  run_as_server make -C "$dir" -j"$(nproc)" PG_CONFIG="$PG_CONFIG" with_llvm=no "$@"
}

# Prints the regression tests that the Makefile lists, one a line.
# shellcheck disable=SC2016
listed_tests() {
  make -s -C "$BUILD" PG_CONFIG="$PG_CONFIG" with_llvm=no \
    --eval='kpi-listed-tests: ; @printf "%s\n" $(REGRESS)' kpi-listed-tests | sed '/^$/d'
}

# Gets the npm packages of directory $1 of BUILD within $2 seconds, as the caller, whose settings of npm are needed.
# Nothing stays in the caller's cache.
get_npm_packages() {
  command -v npm >/dev/null &&
    run timeout "$2" env npm_config_cache="$WORK/npm" \
      npm ci --silent --prefix "$BUILD/$1" --ignore-scripts --no-audit --no-fund && hand_over "$BUILD/$1"
}

# The documents that 005_readme runs where all of them would take too long.
# shellcheck disable=SC2034  # read by the callers
readonly SOME_DOCUMENTS='README|tutorial|tallies|mart|events'

# Makes what `prove` needs: see test/adopt.c.
make_adopt() { logged adopt run_as_server gcc -O1 -o "$WORK/adopt" "$BUILD/test/adopt.c"; }

# Runs prove in BUILD with its options and files. The tests leave their logs in $1, and have at most $2 seconds; 0 is no
# limit. PostgreSQL 15 takes TESTDIR, later ones the others.
run_prove() {
  local logs=$1 limit=() pgxs
  (( $2 == 0 )) || limit=(timeout "$2")
  shift 2
  pgxs=$(dirname "$("$PG_CONFIG" --pgxs)")/../..
  rm -rf -- "$WORK/tap" "$logs"
  mkdir "$WORK/tap" "$logs"
  hand_over "$WORK/tap" "$logs"
  run_as_server "${limit[@]}" "$WORK/adopt" env -C "$BUILD" \
    TESTDIR="$WORK/tap" TESTDATADIR="$WORK/tap/data" TESTLOGDIR="$logs" \
    PATH="$BUILD/test/bin:$PATH" PG_REGRESS="$pgxs/src/test/regress/pg_regress" PGPORT=65432 \
    prove -I "$pgxs/src/test/perl" -I test/t "$@"
}

# Copies the tree as it is, with uncommitted work, to a path without spaces. `make clean` because object files in a
# working tree may belong to another PostgreSQL.
copy_tree() {
  mkdir -p "$1"
  tar -C "$ROOT" --exclude=./.git --exclude=node_modules -cf - . | tar -C "$1" --no-same-owner -xf -
  hand_over "$1"
  logged clean make_in "$1" clean || die "make clean failed: see above"
}

# Chooses PostgreSQL and installs what is missing. Arguments go to missing_packages.
prepare_machine() {
  [[ -f $ROOT/Makefile ]] || die "$ROOT has no Makefile: run this from a complete clone"
  make_work_dir
  choose_postgres
  cd "$WORK" || exit
  install_packages "$@"
  install_optional_packages
}

# Everything up to a copy of the tree that can be built, except the server. Arguments go to missing_packages.
prepare() {
  prepare_machine "$@"
  choose_server_user
  copy_postgres
  hand_over
  BUILD=$WORK/build
  copy_tree "$BUILD"
}

# Starts a server with its data in WORK/$1, on port $2 of the unix socket in WORK/s; nothing listens on the network. The
# other arguments are more server options. fsync is off because the data is temporary; mmap because /dev/shm is tiny in
# many containers.
start_node() {
  local data=$WORK/$1 port=$2 options log=$WORK/log/server
  [[ $1 == data ]] || log+="-$1"
  shift 2
  options="-c listen_addresses='' -c unix_socket_directories=$WORK/s -c port=$port -c fsync=off -c jit=off"
  options+=" -c dynamic_shared_memory_type=mmap $*"
  logged initdb run_as_server initdb -D "$data" -U postgres -A trust -N -E UTF8 --locale=C.UTF-8 ||
    die "initdb failed: see above"
  # shellcheck disable=SC2024
  logged start run_as_server timeout 90 \
    pg_ctl -D "$data" -s -w -t 60 -l "$log" -o "$options" start || {
    tail -n 20 "$log" >&2
    die "the private PostgreSQL did not start: see above"
  }
}

# Starts the server that psql reaches. Arguments are more server options.
start_server() {
  start_node data 5432 "$@"
  export PGHOST=$WORK/s PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
}

# Prints shared_buffers in MB for tables of $1 rows, which stay in memory: half a kilobyte a row, but at most a third of
# what the machine has.
buffers_for() {
  local memory=$(( $1 / 2000 + 512 )) most
  most=$(( $(awk '/^MemTotal/ { print $2 }' /proc/meminfo) / 3072 ))
  printf '%s' "$(( memory < most ? memory : most ))"
}

# Prints what a measurement ran on.
machine() {
  printf '%s, %s cores shared with other work, %s GB, %s' \
    "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
    "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" "$(uname -sr)"
}
