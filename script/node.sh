# shellcheck shell=bash
# Node, and the dashboard built with it, in a folder of its own.
#
# Contract: `build_dashboard` sets NODE and DASHBOARD (a directory with dist/server/main.js and dist/web), and makes
# them first if the sources have changed. Everything is kept in NODE_CACHE: $XDG_CACHE_HOME/kpi-dashboard, or
# ~/.cache/kpi-dashboard. Needs ROOT, say and die. npm's own settings (a registry, a proxy) hold.

NODE_CACHE=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
NODE_CACHE=${NODE_CACHE:+$NODE_CACHE/kpi-dashboard}
NODE=
DASHBOARD=
readonly NODE_AT_LEAST=20.19 NODE_PACKAGE=node@22

# Tests whether program $1 is a node that is new enough.
is_new_node() {
  local version
  version=$("$1" -p process.versions.node 2>/dev/null) || return 1
  [[ $(printf '%s\n' "$NODE_AT_LEAST" "$version" | sort -V | head -n 1) == "$NODE_AT_LEAST" ]]
}

# Sets NODE and puts it first into PATH: the machine's if it is new enough, otherwise one from npm.
choose_node() {
  local own=$NODE_CACHE/node/node_modules/node/bin/node
  NODE=$(command -v node || true)
  if [[ ! $NODE ]] || ! is_new_node "$NODE"; then
    NODE=$own
    if ! is_new_node "$NODE"; then
      command -v npm >/dev/null || die "Node $NODE_AT_LEAST or later is missing, and so is npm to get it: install npm (apt-get install npm)"
      say "Installing Node from npm into $NODE_CACHE/node"
      mkdir -p "$NODE_CACHE/node"
      npm install --prefix "$NODE_CACHE/node" --no-audit --no-fund --loglevel=error "$NODE_PACKAGE" >&2 ||
        die "npm could not install Node: see above"
      is_new_node "$NODE" || die "the Node from npm does not run on this machine: install Node $NODE_AT_LEAST or later"
    fi
  fi
  command -v npm >/dev/null || die "npm is missing: install it (apt-get install npm)"
  export PATH="${NODE%/*}:$PATH"
}

# Prints a hash of the files of the dashboard.
dashboard_hash() {
  (cd "$ROOT/dashboard" && find . \( -name node_modules -o -name dist -o -name grafana \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16)
}

# Copies the sources, gets the packages that package-lock.json names, and builds. $1 is the directory to make.
make_dashboard() {
  local target=$1 lock modules
  lock=$(sha256sum "$ROOT/dashboard/package-lock.json" | cut -c 1-16)
  modules=$NODE_CACHE/modules-$lock
  if [[ ! -e $modules/done ]]; then
    say "Getting the packages of the dashboard"
    rm -rf -- "$modules"
    mkdir -p "$modules"
    cp -- "$ROOT/dashboard/package.json" "$ROOT/dashboard/package-lock.json" "$modules"
    (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || die "npm ci failed: see above"
    touch "$modules/done"
  fi
  say "Building the dashboard"
  rm -rf -- "$target"
  mkdir -p "$target"
  tar -C "$ROOT/dashboard" --exclude=./node_modules --exclude=./dist -cf - . | tar -C "$target" --no-same-owner -xf -
  ln -s "$modules/node_modules" "$target/node_modules"
  (cd "$target" && npm run --silent build >"$target/build.log" 2>&1) || {
    cat "$target/build.log" >&2
    die "the build failed: see above"
  }
  touch "$target/done"
}

build_dashboard() {
  # a folder that others can make before, such as one in /tmp, would hold their programs
  [[ $NODE_CACHE ]] || die "HOME is not set: set XDG_CACHE_HOME to a folder of your own"
  choose_node
  mkdir -p "$NODE_CACHE" || die "$NODE_CACHE cannot be written: set XDG_CACHE_HOME"
  DASHBOARD=$NODE_CACHE/build-$(dashboard_hash)
  [[ ! -e $DASHBOARD/done ]] || return 0
  (
    # another start of the same sources may build at the same time
    flock 9
    [[ -e $DASHBOARD/done ]] || make_dashboard "$DASHBOARD"
  ) 9>"$NODE_CACHE/lock" || exit 1
}
