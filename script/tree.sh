# shellcheck shell=bash
# PostgreSQL majors that the machine does not have, extracted from Debian's packages.
#
# Contract: `extract_tree MAJOR DIR [CACHE]` leaves in DIR a PostgreSQL with headers that runs on this machine, and sets
# PG_CONFIG. The packages are kept in CACHE. Nothing outside DIR and CACHE changes. On failure the status is not 0 and
# TREE_PROBLEM holds the reason. TREES lists the majors.
#
# Debian's PostgreSQL finds its files relative to its programs, so the tree works in any directory. Packages of another
# release need that release's C library: it is downloaded too, and patchelf points the programs to it.

# Debian's releases have neither 14 nor 16.
# shellcheck disable=SC2034  # read by script/test
readonly TREES='17 18 19'

# Prints the releases of Debian with major $1. Packages of the last one are preferred.
tree_suites() {
  case $1 in
    17) echo trixie ;;
    18) echo forky ;;
    19) echo forky experimental ;;
  esac
}

TREE_PROBLEM=

# Fails with reason $1, or with the last line of file $2.
no_tree() {
  # shellcheck disable=SC2034  # read by script/test
  TREE_PROBLEM=${1:-$(tail -n 1 "$2")}
  return 1
}

# Packages that PostgreSQL depends on, but that no test needs.
readonly TREE_WITHOUT='^(libllvm|libz3|perl|libperl|lib.*-perl$|adduser|debconf|ssl-cert|tzdata|ucf|netbase'\
'|sensible-utils|dpkg|tar|util-linux|base-|gcc-.*-base|init-system|libsemanage|passwd|openssl|locales|systemd'\
'|postgresql-common|postgresql-client-common|logrotate|cron|bash|coreutils|procps)'

# Prints the apt sources of release $1: the ones of this machine's own release, including updates and security.
debian_sources() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -f $keyring ]] && keyring="[signed-by=$keyring] " || keyring=
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$1" -v keyring="$keyring" '
      $1 == "Debian" && $2 == "main" { sub(/^[a-z]+/, suite, $3); print "deb " keyring $4 " " $3 " main" }'
}

# Prints the packages named and all their dependencies, except TREE_WITHOUT. Of alternatives it takes the first. It does
# not use apt's resolver, which fails when any package of the release, needed here or not, cannot be installed.
with_dependencies() {
  local -A seen=()
  local new=("$@") found name
  while (( ${#new[@]} )); do
    printf '%s\n' "${new[@]}"
    for name in "${new[@]}"; do seen[$name]=yes; done
    mapfile -t found < <(apt-cache depends --important "${new[@]}" |
      awk '$1 ~ /^[|]?(Pre)?Depends:$/ { if (!another && $2 !~ /^</) print $2; another = $1 ~ /^[|]/ }' |
      grep -Ev "$TREE_WITHOUT" | sort -u)
    new=()
    for name in "${found[@]}"; do [[ ${seen[$name]-} ]] || new+=("$name"); done
  done
}

# Writes a configuration of apt for the releases with major $1 to directory $2, and reads their lists. It knows packages, or
# with "deb-src" as $3 sources. Prints what went wrong to $2/log.
own_apt() {
  local major=$1 own=$2 type=$3 suites suite
  read -ra suites <<<"$(tree_suites "$major")"
  (( ${#suites[@]} )) || no_tree "no release of Debian is known to have it" || return
  mkdir -p "$own"/{lists/partial,cache/archives/partial}
  for suite in "${suites[@]}"; do debian_sources "$suite" | sed "s/^deb /$type /"; done >"$own/sources.list"
  [[ -s $own/sources.list ]] ||
    no_tree "apt of this machine has no mirror of Debian, or apt-get update has not run yet" || return
  cat >"$own/apt.conf" <<CONF
Dir::Etc::sourcelist "$own/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$own/lists";
Dir::State::status "/dev/null";
Dir::Cache "$own/cache";
Acquire::Languages "none";
Acquire::Retries "2";
APT::Default-Release "$suite";
APT::Sandbox::User "root";
CONF
  # one of the sources may be missing, as long as the packages are in the others
  APT_CONFIG=$own/apt.conf run apt-get update -qq >"$own/log" 2>&1 || true
}

# Downloads the packages of major $1 to $2, with the configuration of apt in $3.
download_packages() {
  local major=$1 packages=$2 own=$3 names
  own_apt "$major" "$own" deb || return
  local -x APT_CONFIG=$own/apt.conf
  apt-cache show "postgresql-$major" >/dev/null 2>>"$own/log" || no_tree "" "$own/log" || return
  mapfile -t names < <(with_dependencies "postgresql-$major" "postgresql-client-$major")
  # without its dependencies clang and llvm
  names+=("postgresql-server-dev-$major")
  run env -C "$packages" apt-get download -qq "${names[@]}" >"$own/log" 2>&1 || no_tree "" "$own/log" || return
}

# Downloads the source of major $1 to $2, with the configuration of apt in $3.
download_source() {
  local major=$1 source=$2 own=$3
  own_apt "$major" "$own" deb-src || return
  APT_CONFIG=$own/apt.conf run env -C "$source" apt-get source --download-only -qq "postgresql-$major" >"$own/log" 2>&1 ||
    no_tree "" <(grep '^E: ' "$own/log" | head -n 1) || return
}

# Makes the programs find the C library and their other libraries below $1.
use_own_libraries() {
  local root=$1 bin=$2 pgxs=$3 libraries program
  libraries=$root/usr/lib/$(gcc -print-multiarch)
  for program in "$bin"/* "$pgxs"/src/test/regress/pg_regress "$pgxs"/src/test/isolation/*isolation*; do
    [[ ! -L $program && $(head -c 4 "$program" | tr -d '\0') == $'\177ELF' ]] || continue
    patchelf --set-interpreter "$root$(patchelf --print-interpreter "$program")" \
      --force-rpath --set-rpath "$libraries" "$program" || return 1
  done
}

# Downloads packages or the source of major $1 to $2 by function $4, all or none. $3 is a directory for temporary files.
# Runs that share a cache may do this at the same time.
have_packages() {
  local major=$1 packages=$2 dir=$3 download=$4 part
  [[ ! -d $packages ]] || return 0
  mkdir -p "${packages%/*}" && part=$(mktemp -d "$packages.part.XXXXXX") ||
    no_tree "${packages%/*} cannot be written" || return
  if "$download" "$major" "$part" "$dir/apt"; then
    chmod 755 "$part"
    mv -T -- "$part" "$packages" 2>/dev/null || [[ -d $packages ]] || no_tree "$packages cannot be made" || true
  fi
  rm -rf -- "$part"
  [[ -d $packages ]]
}

# Unpacks the packages in $1 to $2.
unpack() {
  local packages=$1 root=$2 link package
  rm -rf -- "$root"
  for link in bin sbin lib lib64; do
    mkdir -p "$root/usr/$link"
    ln -sfn "usr/$link" "$root/$link"
  done
  for package in "$packages"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" 2>/dev/null |
      tar -C "$root" --no-same-owner --keep-directory-symlink --exclude=./usr/share/{doc,man,locale} -xf - \
        2>/dev/null ||
      no_tree "${package##*/} cannot be extracted" || return
  done
}

extract_tree() {
  local major=$1 dir=$2 cache=${3-} packages root=$2/root bin
  packages=${cache:-$dir}/postgresql-$major
  command -v patchelf >/dev/null || no_tree "patchelf is not installed" || return
  have_packages "$major" "$packages" "$dir" download_packages || return
  # a damaged cache is downloaded again, once
  unpack "$packages" "$root" || {
    rm -rf -- "$packages"
    have_packages "$major" "$packages" "$dir" download_packages && unpack "$packages" "$root" || return
  }
  bin=$root/usr/lib/postgresql/$major/bin
  use_own_libraries "$root" "$bin" "$bin/../lib/pgxs" || no_tree "patchelf cannot change its programs" || return
  # flags of Debian's compiler, which the machine's compiler may not accept
  sed -i 's/-Wmissing-variable-declarations//' "$bin/../lib/pgxs/src/Makefile.global"
  "$bin/postgres" --version >/dev/null || no_tree "its programs do not run here" || return
  # shellcheck disable=SC2034  # read by prepare
  PG_CONFIG=$bin/pg_config
}
