"""Runs the verifier over test/vectors/evidence and compares with what index.json expects of each file."""
import argparse
import json
import sys
from pathlib import Path

from verify import verify

FOLDER = Path(__file__).resolve().parents[2] / 'test' / 'vectors' / 'evidence'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--json', action='store_true', help='print the verdict and the codes of each file')
    options = parser.parse_args()
    index, given = (json.loads((FOLDER / name).read_bytes()) for name in ('index.json', 'given.json'))
    judged, disagreements = {}, 0
    for name, expected in sorted(index.items()):
        beside = {option: FOLDER / path for option, path in given.get(name, {}).items()}
        report = verify(FOLDER / name, without_schemas=True, **beside)
        codes = sorted({each['code'] for each in report['findings']})
        judged[name] = {'verdict': report['verdict'], 'codes': codes}
        if expected not in [report['verdict'], *codes]:
            disagreements += 1
            print(f'{name}: expected {expected}, found {codes or report["verdict"]}', file=sys.stderr)
    print(json.dumps(judged) if options.json else f'{len(index)} vectors, {disagreements} disagreements')
    sys.exit(1 if disagreements or not index else 0)


if __name__ == '__main__':
    main()
