import { expect, test } from 'vitest';
import { holdsSecret, isSecretName } from '../../../extension/workspaceMemory/secrets.ts';

test.each([
  ...['.env', '.env.local', 'server/.env.production', '.ENV', '.envrc', 'prod.env'],
  ...['cert.pem', 'a/server.key', 'AuthKey.p8', 'store.p12', 'store.pfx', 'app.keystore', 'app.jks', 'putty.ppk', 'ca.crt'],
  ...['id_rsa', '.ssh/config', 'keys/id_ed25519.pub', 'id_ecdsa'],
  ...['.npmrc', '.netrc', '_netrc', '.pypirc', '.pgpass', '.git-credentials', '.dockercfg', '.yarnrc.yml'],
  ...['.aws/credentials', '.aws/config', '.kube/config', 'kubeconfig', 'kubeconfig.yaml', '.docker/config.json'],
  ...[
    'secrets.yaml',
    'secret.ts',
    'config/secrets.json',
    'k8s/secrets/db.yaml',
    'db-secrets.yml',
    'credentials.json',
    'credentials',
  ],
  ...['passwords.txt', 'service-account.json', 'client_secret_1.json', 'terraform.tfvars', 'x.tfstate', 'local.settings.json'],
])('%s is left alone', (path) => {
  expect(isSecretName(path)).toBe(true);
});

test.each([
  ...['src/environment.ts', 'env.ts', 'src/keys.ts', 'keyboard.py', 'monkey.ts', 'src/password.ts', 'credentialStore.ts'],
  ...['secretary.py', 'docs/token.ts', 'package.json', '.github/workflows/test.yml', 'keys/index.ts', 'identity.ts'],
])('%s is code like any other', (path) => {
  expect(isSecretName(path)).toBe(false);
});

const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);

// Assembled here, so that no scanner takes this file for a leak.
test.each([
  ['an RSA key', `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIE`],
  ['a key', `x = """-----BEGIN ${'PRIVATE'} KEY-----`],
  ['an OpenSSH key', `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----`],
  ['a PGP key', `-----BEGIN PGP ${'PRIVATE'} KEY BLOCK-----`],
  ['PuTTY', `PuTTY-User-Key-${'File'}-2: ssh-rsa`],
  ['Amazon', `key = "AKIA${'ABCDEFGH12345678'}"`],
  ['GitHub', `token: ghp_${letters(36)}`],
  ['GitHub, fine-grained', `github_pat_${letters(60)}`],
  ['GitLab', `glpat-${letters(20)}`],
  ['Slack', `xoxb-${letters(24)}`],
  ['Google', `AIza${letters(35)}`],
  ['Stripe', `sk_live_${letters(24)}`],
  ['a model provider', `sk-proj-${letters(40)}`],
  ['npm', `//registry/:_authToken=npm_${letters(36)}`],
  ['a JSON Web Token', `eyJ${letters(20)}.eyJ${letters(20)}.${letters(30)}`],
  ['SendGrid', `SG.${letters(22)}.${letters(43)}`],
  ['Amazon, of two', `aws_secret_access_key = ${letters(40)}`],
  ['a literal secret', `const apiKey = '${letters(32)}';`],
  ['a literal in JSON', `{ "client_secret": "${letters(24)}" }`],
  ['Azure', `AccountKey=${letters(86)}==`],
])('a text that contains something like %s is secret', (_, text) => {
  expect(holdsSecret(`const before = 1;\n${text}\nconst after = 2;\n`)).toBe(true);
});

test.each([
  'const skipped = task-ids; // sk-1',
  '-----BEGIN CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----',
  'const url = `postgres://user:password@localhost`;',
  'const accessToken = await requestAccessToken2(options);',
  "const refresh_token = 'refresh_token';",
  "password: '<at least 24 characters, 1 of them a digit>'",
  "const apiKey = process.env['SERVICE_API_KEY_NUMBER_2'];",
  'import { AKIA } from "./constants";',
  'class EyJson { parse() {} }',
  'const className = "sk-circle-fade-dot sk-bounce";',
])('%s is not a secret', (text) => {
  expect(holdsSecret(text)).toBe(false);
});
