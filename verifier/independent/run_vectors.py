"""Runs the verifier over test/vectors/evidence and compares with what index.json expects of each file."""
import json
import sys
from pathlib import Path

from verify import verify

FOLDER = Path(__file__).resolve().parents[2] / 'test' / 'vectors' / 'evidence'


def main():
    index, disagreements, undecided = json.loads((FOLDER / 'index.json').read_bytes()), 0, 0
    source = ''.join(each.read_text(encoding='utf-8') for each in Path(__file__).parent.glob('*.py'))
    for name, expected in sorted(index.items()):
        report = verify(FOLDER / name, without_schemas=True)
        found = {each['code'] for each in report['findings']} or {report['verdict']}
        if expected not in found and report['unchecked'] and (found == {'cannot-check'} or expected not in source):
            undecided += 1
        elif expected not in found:
            disagreements += 1
            print(f'{name}: expected {expected}, found {sorted(found)}')
    print(f'{len(index)} vectors, {disagreements} disagreements, {undecided} undecided because of sections left out')
    sys.exit(1 if disagreements or not index else 0)


if __name__ == '__main__':
    main()
