# shellcheck shell=sh
# Sourced by the set-up scripts; they run from the top of the checkout.

# Messages go to stderr: standard output belongs to what was asked for.
say() { printf 'forkscope: %s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

cache=${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/forkscope

# From here to the end of the script nobody else sets up anything; who does it now is waited for.
alone() {
  command -v flock >/dev/null || return 0
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock -n 9 && return 0
  say 'waiting for another run that sets up'
  flock 9
}

# patiently COMMAND [ARG...]: what a network or a mirror may refuse once is asked for up to four times.
patiently() {
  for patiently_pause in 5 20 60; do
    "$@" && return 0
    say "trying again in $patiently_pause s"
    sleep "$patiently_pause"
  done
  "$@"
}

# quietly COMMAND [ARG...]: print what it printed only if it fails, and return its status.
quietly() {
  quietly_log=$(mktemp)
  quietly_status=0
  "$@" </dev/null >"$quietly_log" 2>&1 || quietly_status=$?
  if [ "$quietly_status" -ne 0 ]; then
    cat "$quietly_log" >&2
    say "failed with status $quietly_status: $*"
  fi
  rm -f "$quietly_log"
  return "$quietly_status"
}
