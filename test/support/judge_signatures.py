"""Says of each signature in a file whether the verifier in Python takes it."""
import json
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[2] / 'verifier' / 'independent'))
from accounts import Accounts  # noqa: E402
from wire import unhex  # noqa: E402

asked = json.loads(pathlib.Path(sys.argv[1]).read_text())
accounts = Accounts(asked['verifiers'], set())
for line in asked['accounts']:
    accounts.contracts[unhex(line['account'])] = {unhex(each) for each in line['officers']}, line['threshold']
signer, digest = unhex(asked['signer']), unhex(asked['digest'])
print(json.dumps([accounts.valid(signer, digest, unhex(each)) for each in asked['signatures']]))
