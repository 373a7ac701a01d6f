# shellcheck shell=bash
# The dashboard's tests in Chromium. Needs lib.sh, and count, count_tap and skip of script/test.
#
# Contract: `dashboard_tests` builds the dashboard, starts a server for its marts and runs test/dashboard/run. Where
# something is missing it is skipped.

# Prints the path of Chromium or a browser like it.
find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# Arguments go to test/dashboard/run. Nothing stays on the machine: the caller's settings of npm hold, but the caches and
# settings of npm and of the browser are in WORK.
dashboard_tests() {
  local log=$WORK/log/dashboard status=0 browser tool PATH=$PATH XDG_CACHE_HOME=$WORK/cache
  # shellcheck disable=SC2034  # read by step
  RESULT=skipped
  for tool in node npm; do
    command -v "$tool" >/dev/null || { skip "dashboard: $tool is not installed"; return 0; }
  done
  browser=$(find_browser) || { skip 'dashboard: chromium is not installed'; return 0; }
  # shellcheck source=script/node.sh
  source "$ROOT/script/node.sh"
  if ! (
    export npm_config_cache=$WORK/npm npm_config_fetch_retries=1 npm_config_fetch_timeout=30000
    build_dashboard
  ) >"$log" 2>&1; then
    tail -n 20 "$log"
    # without its packages there is no network; with them, the dashboard is wrong
    compgen -G "$NODE_CACHE/modules-*/done" >/dev/null ||
      { skip 'dashboard: npm could not get its packages'; return 0; }
    count 0 1
    return 1
  fi
  build_dashboard
  hand_over "$WORK/cache"
  start_node dashboard 5433 -c autovacuum=off
  run_as_server timeout 3000 env -u XDG_CONFIG_HOME -u XDG_RUNTIME_DIR XDG_CACHE_HOME="$WORK/cache" PATH="$PATH" \
    TMPDIR="$TMPDIR" CHROMIUM="$browser" DASHBOARD="$DASHBOARD" PGHOST="$WORK/s" PGPORT=5433 PGUSER=postgres \
    "$BUILD/test/dashboard/run" "$@" >"$log" 2>&1 || status=$?
  count_tap "$log" "$status" ||
    { grep -E -A 20 '^not ok ' "$log" || tail -n 20 "$log"; } | head -n 100
}
