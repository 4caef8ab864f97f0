"""Runs the verifier over test/vectors/evidence and compares with what index.json expects of each file."""
import json
import sys
from pathlib import Path

from verify import Rules, verify

FOLDER = Path(__file__).resolve().parents[2] / 'test' / 'vectors' / 'evidence'


def main():
    index, disagreements = json.loads((FOLDER / 'index.json').read_text(encoding='utf-8')), 0
    for name, expected in sorted(index.items()):
        report = verify(FOLDER / name)
        codes = {each['code'] for each in report['findings']}
        agrees = expected in codes or not codes and expected == report['verdict']
        if not agrees:
            disagreements += 1
            print(f"{name}: expected {expected}, found {sorted(codes) or report['verdict']}")
    print(f'{len(index)} vectors, {disagreements} disagreements' + ('' if Rules else ', with sections left out'))
    return 1 if disagreements or not index else 0


if __name__ == '__main__':
    sys.exit(main())
