# shellcheck shell=bash
# Majors of PostgreSQL that the machine does not have, as trees extracted from Debian's packages.
#
# Contract: `extract_tree MAJOR DIR [CACHE]` leaves in DIR a PostgreSQL with headers that runs on this machine, and sets
# PG_CONFIG; nothing outside DIR and CACHE, where the packages are kept, changes. It fails, with the reason in
# TREE_PROBLEM, when there is none to be had. TREES are the majors that it knows.
#
# Debian's PostgreSQL finds its files relative to its programs, so it can lie anywhere. The packages of another release
# need that release's C library, which comes with them; patchelf makes the programs use it.

# Debian's releases have neither 14 nor 16.
# shellcheck disable=SC2034  # read by script/test
readonly TREES='17 18'
tree_suite() {
  case $1 in
    17) echo trixie ;;
    18) echo forky ;;
  esac
}

TREE_PROBLEM=

# Fails with reason $1, or with the last line of file $2.
no_tree() {
  # shellcheck disable=SC2034  # read by script/test
  TREE_PROBLEM=${1:-$(tail -n 1 "$2")}
  return 1
}

# What a server does not need to run and to be built against. Left out by name because apt cannot be asked for less.
readonly TREE_WITHOUT='^(libllvm|libz3|perl|libperl|lib.*-perl$|adduser|debconf|ssl-cert|tzdata|ucf|netbase|sensible-utils|dpkg|tar|util-linux|base-|gcc-.*-base|init-system|libsemanage|passwd|openssl|locales|systemd|postgresql-common|postgresql-client-common|logrotate|cron|bash|coreutils|procps)'

# Prints the sources of release $1: those that this machine's apt has of its own release, updates and security included.
debian_sources() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -f $keyring ]] && keyring="[signed-by=$keyring] " || keyring=
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$1" -v keyring="$keyring" '$1 == "Debian" && $2 == "main" { sub(/^[a-z]+/, suite, $3); print "deb " keyring $4 " " $3 " main" }'
}

# Downloads the packages of major $1 to $2 with an apt of its own, whose files are in $3.
download_packages() {
  local major=$1 packages=$2 own=$3 suite names
  suite=$(tree_suite "$major")
  [[ $suite ]] || no_tree "no release of Debian is known that has it" || return
  mkdir -p "$own"/{lists/partial,cache/archives/partial} "$packages"
  debian_sources "$suite" >"$own/sources.list"
  [[ -s $own/sources.list ]] || no_tree "apt of this machine has no mirror of Debian, or apt-get update has not run yet" || return
  cat >"$own/apt.conf" <<CONF
Dir::Etc::sourcelist "$own/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$own/lists";
Dir::State::status "/dev/null";
Dir::Cache "$own/cache";
Acquire::Languages "none";
Acquire::Retries "2";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
CONF
  local -x APT_CONFIG=$own/apt.conf
  # one of the sources may be missing, as long as the packages are in the others
  run apt-get update -qq >"$own/log" 2>&1 || true
  apt-get install -qq --print-uris "postgresql-$major" >"$own/uris" 2>>"$own/log" || no_tree "" "$own/log" || return
  mapfile -t names < <(awk '{ print $2 }' "$own/uris" | sed 's/_.*//' | grep -Ev "$TREE_WITHOUT")
  # its dependencies clang and llvm are not wanted
  names+=("postgresql-server-dev-$major")
  run env -C "$packages" apt-get download -qq "${names[@]}" >"$own/log" 2>&1 || no_tree "" "$own/log" || return
}

# The programs find the C library and the others below $1.
use_own_libraries() {
  local root=$1 bin=$2 pgxs=$3 libraries program
  libraries=$root/usr/lib/$(gcc -print-multiarch)
  for program in "$bin"/* "$pgxs"/src/test/regress/pg_regress "$pgxs"/src/test/isolation/*isolation*; do
    [[ ! -L $program && $(head -c 4 "$program" | tr -d '\0') == $'\177ELF' ]] || continue
    patchelf --set-interpreter "$root$(patchelf --print-interpreter "$program")" --force-rpath --set-rpath "$libraries" "$program" || return 1
  done
}

extract_tree() {
  local major=$1 dir=$2 cache=${3-} packages root=$2/root bin link package
  packages=${cache:-$dir}/postgresql-$major
  command -v patchelf >/dev/null || no_tree "patchelf is not installed" || return
  if [[ ! -d $packages ]]; then
    # complete or absent: an interrupted download must not look like one that ended
    mkdir -p "${packages%/*}" || no_tree "${packages%/*} cannot be made" || return
    rm -rf -- "$packages.part"
    download_packages "$major" "$packages.part" "$dir/apt" || return
    mv -- "$packages.part" "$packages" || no_tree "$packages cannot be made" || return
  fi
  for link in bin sbin lib lib64; do
    mkdir -p "$root/usr/$link"
    ln -sfn "usr/$link" "$root/$link"
  done
  for package in "$packages"/*.deb; do
    dpkg-deb --fsys-tarfile "$package" |
      tar -C "$root" --no-same-owner --keep-directory-symlink --exclude=./usr/share/{doc,man,locale} -xf - || no_tree "${package##*/} cannot be extracted" || return
  done
  bin=$root/usr/lib/postgresql/$major/bin
  use_own_libraries "$root" "$bin" "$bin/../lib/pgxs" || no_tree "patchelf cannot change its programs" || return
  # flags of the compiler that Debian used, which the machine's may not know
  sed -i 's/-Wmissing-variable-declarations//' "$bin/../lib/pgxs/src/Makefile.global"
  "$bin/postgres" --version >/dev/null || no_tree "its programs do not run here" || return
  # shellcheck disable=SC2034  # read by prepare
  PG_CONFIG=$bin/pg_config
}
