#!/bin/sh
# fetch.sh demo|test: unpack the guests of packages.txt into .guests/ARCHITECTURE/.
#
# The packages are kept outside the checkout. They are fetched by an apt with a state of its own, so that neither root
# nor a change of the machine's architectures is needed; apt checks the signatures of its lists, and the packages are
# checked against the SHA256 that those lists give.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

case ${1:-} in
  demo) sets='demo' ;;
  test) sets='demo test' ;;
  *) die 'usage: fetch.sh demo|test' ;;
esac

debs=$cache/debs
apt=$cache/apt.$$
work=$debs/.work.$$
guests=.guests

# ARCH PACKAGE FILE of each wanted guest that is not there as a whole.
missing() {
  while read -r set package archs file rest; do
    case " $sets " in *" $set "*) ;; *) continue ;; esac
    for arch in $(printf '%s' "$archs" | tr ',' ' '); do
      { [ -e "$guests/$arch/$file" ] && [ -e "$guests/.done/${package}_$arch" ]; } || printf '%s %s %s\n' "$arch" "$package" "$file"
    done
  done <scripts/guests/packages.txt
}

# Check the cached package `$1` against its checksum file; false where it is not there.
checked() {
  [ -f "$debs/$1.deb" ] && [ -f "$debs/$1.sha256" ] && (cd "$debs" && sha256sum --status -c "$1.sha256")
}

# An apt configuration for architectures `$1` (comma-separated) whose state and cache lie in our cache folder.
write_apt_conf() {
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  : >"$apt/status"
  {
    printf '#clear APT::Update::Pre-Invoke;\n#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n'
    printf '#clear APT::Architectures;\n#clear Acquire::Languages;\n#clear DPkg::Post-Invoke;\n'
    printf 'APT::Architectures { "%s"; };\n' "$(dpkg --print-architecture)"
    printf '%s' "$1" | tr ',' '\n' | while read -r arch || [ -n "$arch" ]; do printf 'APT::Architectures:: "%s";\n' "$arch"; done
    printf 'Acquire::Languages "none";\nAcquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";\n'
    printf 'Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";\nAcquire::Retries "3";\nAPT::Sandbox::User "root";\n'
    printf 'Dir::State "%s/";\nDir::State::lists "%s/lists/";\nDir::State::status "%s/status";\n' "$apt" "$apt" "$apt"
    printf 'Dir::Cache "%s/";\nDir::Cache::archives "%s/archives/";\nDir::Log "%s/";\n' "$apt" "$apt" "$apt"
  } >"$apt/apt.conf"
}

# Fetch package `$2` of architecture `$1` into the cache, as PACKAGE_ARCH.deb with its checksum.
fetch() {
  name=${2}_$1
  rm -rf "$work"
  mkdir -p "$work"
  # 'URI' FILE SIZE SHA256:SUM
  uri=$(apt-get -c "$apt/apt.conf" --print-uris -q download "$2:$1" </dev/null | grep 'SHA256:') &&
    (cd "$work" && quietly apt-get -c "$apt/apt.conf" -q download "$2:$1") &&
    mv "$work"/*.deb "$work/$name.deb" &&
    printf '%s  %s\n' "${uri##*SHA256:}" "$name.deb" >"$work/$name.sha256" &&
    (cd "$work" && quietly sha256sum -c "$name.sha256") &&
    mv "$work/$name.deb" "$work/$name.sha256" "$debs/"
}

# Fetch what of `$todo` is not in the cache.
fetch_all() {
  unfetched=$(printf '%s\n' "$todo" | while read -r arch package file; do
    checked "${package}_$arch" || printf '%s %s\n' "$arch" "$package"
  done)
  [ -n "$unfetched" ] || return 0
  say "fetching guests from Debian: $(printf '%s' "$unfetched" | sed 's/\([^ ]*\) \(.*\)/\2:\1/' | tr '\n' ' ')"
  write_apt_conf "$(printf '%s\n' "$unfetched" | cut -d' ' -f1 | sort -u | paste -sd, -)"
  # A source that cannot be reached makes update fail; what counts is whether the packages come.
  apt-get -c "$apt/apt.conf" -q update </dev/null >"$apt/update.log" 2>&1 || true
  printf '%s\n' "$unfetched" | while read -r arch package; do
    fetch "$arch" "$package" && continue
    cat "$apt/update.log" >&2
    say "could not fetch package $package of $arch: apt's messages are above"
    exit 1
  done
}

# Unpack package `$2` of architecture `$1`; then its file `$3` is there.
unpack() {
  mkdir -p "$guests/$1"
  dpkg -x "$debs/${2}_$1.deb" "$guests/$1"
  # Since Debian 13 packages bring /usr/bin where /bin was: one path for both.
  if [ ! -e "$guests/$1/$3" ] && [ -e "$guests/$1/usr/$3" ]; then
    mkdir -p "$guests/$1/$(dirname "$3")"
    ln -s "../usr/$3" "$guests/$1/$3"
  fi
  [ -e "$guests/$1/$3" ] || die "package $2 of $1 has no $3"
  mkdir -p "$guests/.done"
  : >"$guests/.done/${2}_$1"
}

todo=$(missing)
[ -n "$todo" ] || exit 0
alone
todo=$(missing)
[ -n "$todo" ] || exit 0

for tool in apt-get dpkg sha256sum; do
  command -v "$tool" >/dev/null || die "guests come from Debian's packages: $tool is not in PATH"
done

mkdir -p "$debs"
# What a run that was killed has left.
! command -v flock >/dev/null || rm -rf "$cache"/apt.* "$debs"/.work.*
trap 'rm -rf "$apt" "$work"' EXIT
patiently fetch_all || die 'the guests could not be fetched, see above'
printf '%s\n' "$todo" | while read -r arch package file; do unpack "$arch" "$package" "$file"; done
