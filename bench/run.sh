#!/usr/bin/env bash
# Runs the benchmarks in full, one after the other, and prints one table. Names
# of folders as arguments run those alone: bench/run.sh sealing searching.
# Exits with 1 where a target was missed. It takes about half an hour on two
# processors; nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."
export BA_BENCH=1
[ $# -gt 0 ] || set -- starting streaming answering searching sealing writing backup preflight linting coverage rotation load
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

echo "$(date -u +%Y-%m-%d), $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(go version | cut -d' ' -f3), load $(cut -d' ' -f1 /proc/loadavg) before"
echo
echo "| measured | ours | baseline | ratio | target | |"
echo "| --- | ---: | ---: | ---: | --- | --- |"
for name in "$@"; do
  if ! go test -count=1 -timeout 90m -v "./bench/$name" >"$log" 2>&1; then
    failed=1
    grep -E '^ +[a-z_]+\.go:[0-9]+:|^panic:' "$log" >&2 || tail -n 20 "$log" >&2
  fi
  grep -E '^\| ' "$log" || true
done
exit $failed
