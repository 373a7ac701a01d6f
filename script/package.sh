# shellcheck shell=bash
# The release zip and the Debian package, as users get them. Needs lib.sh, and count and skip of script/test.
#
# Contract: `release_zip` makes the zip of this tree, with uncommitted work, and unpacks it; `debian_package` builds the
# package of PG_MAJOR from it, installs it into the system, tests it in a throw-away cluster and removes it.
# `remove_package` removes it completely, however the tests end. Steps that cannot run here are skipped.

RELEASE=             # the unpacked zip
INSTALLED_PACKAGE=

# The packages that both need, for optional_packages.
# shellcheck disable=SC2034  # read by script/test
readonly PACKAGE_TOOLS=(build-essential debhelper git postgresql-server-dev-all unzip)
# Enough to test that the installed files fit together: `setup` creates both extensions.
readonly PACKAGE_TESTS=(setup types numbers calendars)

# Makes the zip twice and compares, in a repository of its own: the caller's may belong to another user, and must not
# change. $1 is the directory, $2 the version.
# shellcheck disable=SC2016
make_zip() {
  run_as_server env -C "$1" sh -ec '
    git init -q
    git add -A
    git -c user.name=test -c user.email=test@example.org commit -q -m test
    make -s dist
    mv "kpi-$1.zip" first.zip
    TZ=Asia/Tokyo make -s dist
    cmp first.zip "kpi-$1.zip"
    unzip -q first.zip -d unpacked
    test "$(ls -A unpacked)" = "kpi-$1"' sh "$2"
}

release_zip() {
  local version
  if ! command -v git >/dev/null || ! command -v unzip >/dev/null; then
    RESULT=skipped
    skip "release zip: git or unzip is not installed"
    return 0
  fi
  version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$ROOT/kpi.control")
  copy_tree "$WORK/zip"
  logged zip make_zip "$WORK/zip" "$version" || { count 0 1; return 1; }
  RELEASE=$WORK/zip/unpacked/kpi-$version
  count 1 0
}

# Prints the reason why the package cannot be built or installed here, if there is one.
package_problem() {
  if [[ ! $RELEASE ]]; then
    echo "there is no release zip"
  elif ! command -v dpkg-buildpackage >/dev/null || ! command -v dh_pgxs_test >/dev/null; then
    echo "debhelper or postgresql-server-dev-all is not installed"
  elif (( EUID != 0 )) && ! sudo -n true 2>/dev/null; then
    echo "only root can install it"
  fi
}

build_package() {
  run_as_server env -C "$RELEASE" DEB_PG_SUPPORTED_VERSIONS="$PG_MAJOR" DEB_BUILD_PROFILES=nocheck \
    DEB_BUILD_OPTIONS='nocheck noautodbgsym' dpkg-buildpackage -us -uc -b -j"$(nproc)"
}

# Prints the first file of package $1 that exists in the system.
file_in_system() {
  local path
  while IFS= read -r path; do
    [[ ! -e $path && ! -L $path ]] || { printf '%s\n' "$path"; return; }
  done < <(dpkg-deb --fsys-tarfile "$1" | tar -tf - | sed -n 's,^\./\(.*[^/]\)$,/\1,p')
}

# In a session of its own, as is the removal: Ctrl-C must not cut apt-get short.
install_package() {
  INSTALLED_PACKAGE=$1
  logged package-install as_root setsid -w sh -c "$APT_INSTALL" sh "$2"
}

remove_package() {
  [[ $INSTALLED_PACKAGE ]] || return 0
  logged package-remove as_root setsid -w env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 purge -y "$INSTALLED_PACKAGE" ||
    { say "apt-get could not remove $INSTALLED_PACKAGE: remove it yourself"; return 1; }
  INSTALLED_PACKAGE=
}

# Runs the tests with the system's PostgreSQL, in a cluster that pg_regress makes in WORK.
test_package() {
  local bin=/usr/lib/postgresql/$PG_MAJOR/bin
  run_as_server env -C "$RELEASE" PATH="$bin:$PATH" make PG_CONFIG="$bin/pg_config" REGRESS="${PACKAGE_TESTS[*]}" \
    EXTRA_REGRESS_OPTS="--temp-instance=$WORK/package-data --encoding=UTF8 --no-locale" installcheck
}

debian_package() {
  local name=postgresql-$PG_MAJOR-kpi problem package file failed=0
  problem=$(package_problem)
  if [[ ! $problem ]]; then
    logged package-build build_package || { count 0 1; return 1; }
    package=$(compgen -G "${RELEASE%/*}/${name}_*.deb")
    file=$(file_in_system "$package")
    [[ ! $file ]] || problem="kpi is installed already: $file exists"
  fi
  if [[ $problem ]]; then
    RESULT=skipped
    skip "Debian package: $problem"
    return 0
  fi
  install_package "$name" "$package" && logged package-test test_package || failed=1
  remove_package || failed=1
  file=$(file_in_system "$package")
  [[ ! $file ]] || { echo "apt-get purge left $file"; failed=1; }
  count "$(( 1 - failed ))" "$failed"
  return "$failed"
}
