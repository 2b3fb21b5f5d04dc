#!/bin/sh
# Precompiles <bits/stdc++.h> with the flags of the language table, into a folder that g++ searches before the original.
set -eu
out=${1:-/opt/r1/pch}
mkdir -p "$out/bits/stdc++.h.gch"
echo "#include_next <bits/stdc++.h>" > "$out/bits/stdc++.h"  # used when a program includes it twice
header=$(echo '#include <bits/stdc++.h>' | g++ -x c++ -M - | tr ' \\' '\n\n' | grep 'bits/stdc++.h$' | head -1)
for std in gnu++17 gnu++20; do
    g++ -std=$std -O2 -w -x c++-header "$header" -o "$out/bits/stdc++.h.gch/$std"
done
