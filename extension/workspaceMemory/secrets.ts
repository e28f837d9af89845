/** Base names, in lower case, of files that hold keys, passwords or tokens. */
const SECRET_FILES: readonly RegExp[] = [
  /^\.env/,
  /\.env$/,
  /\.(pem|key|p8|p12|pfx|pkcs12|jks|keystore|kdbx?|ppk|asc|gpg|pgp|age|ovpn|mobileprovision|tfvars|tfstate|agilekeychain)$/,
  /\.(crt|cer|der|csr)$/,
  /\.(tfvars\.json|tfstate\.backup|publishsettings|htpasswd)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(npmrc|netrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|dockerconfigjson|s3cfg|boto|yarnrc)$/,
  /^\.yarnrc\.ya?ml$/,
  /^_netrc$/,
  /^kubeconfig/,
  /^\.?secrets?(\..*)?$/,
  /[._-](secrets?|credentials)\.(json|ya?ml|toml|ini|properties|txt|xml)$/,
  /^(service[_-]?account|client[_-]secret|google-services|gha-creds).*\.(json|plist)$/,
  /^(wp-config\.php|master\.key|local\.settings\.json|docker-?config\.json)$/,
];

/** Folders, in lower case, whose files are all excluded. */
const SECRET_FOLDERS = new Set(['.aws', '.azure', '.ssh', '.gnupg', '.kube', '.docker', '.secrets', 'secrets']);

/** A module about secrets, such as `password.ts`, is code; a store of them is not. */
const STORE = /^\.?(credentials?|passwords?|tokens?)(\.(json|ya?ml|toml|ini|cfg|conf|properties|txt|csv|xml|db))?$/;

/**
 * Whether a file's name says that it holds secrets.
 * @param path relative to its workspace folder, with `/`
 */
export function isSecretName(path: string): boolean {
  const folders = path.toLowerCase().split('/');
  const name = folders.pop() ?? '';
  if (folders.some((folder) => SECRET_FOLDERS.has(folder))) return true;
  return STORE.test(name) || SECRET_FILES.some((pattern) => pattern.test(name));
}

/** Patterns of keys and tokens; each has an unmistakable shape. */
const SECRET_TEXTS: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/,
  /^PuTTY-User-Key-File-\d/m,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, // Amazon
  /\bgh[pousr]_[A-Za-z0-9]{36,}/, // GitHub
  /\bgithub_pat_[A-Za-z0-9_]{36,}/,
  /\bglpat-[\w-]{20,}/, // GitLab
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/, // Slack
  /hooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{20,}/,
  /\bAIza[\w-]{35}/, // Google
  /\bya29\.[\w-]{20,}/,
  /\b[rs]k_live_[0-9A-Za-z]{16,}/, // Stripe
  /\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,}/, // model providers
  /\bhf_[A-Za-z]{30,}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bpypi-[\w-]{50,}/,
  /\bdop_v1_[a-f0-9]{64}/, // DigitalOcean
  /\bSG\.[\w-]{20,}\.[\w-]{40,}/, // SendGrid
  /\bSK[0-9a-f]{32}\b/, // Twilio
  /\b\d{8,10}:AA[\w-]{33}\b/, // Telegram
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, // JSON Web Token
  /\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}/, // Azure
  /\bAGE-SECRET-KEY-1[A-Z0-9]{50,}/,
  /^[ \t]*aws_secret_access_key[ \t]*=\s*\S{30,}/im,
  // A literal with digits, assigned to something named like a secret.
  /(?:secret|passw(?:or)?d|api_?key|access_?key|private_?key|(?:auth|access|refresh)_?token)["']?\s*[:=]\s*["'](?=\D{0,40}\d)[\w+/=-]{24,}["']/i,
  /\bhvs\.[\w-]{20,}/, // Vault
];

/** Whether a text holds a private key or a token of a well-known shape. */
export function holdsSecret(text: string): boolean {
  return SECRET_TEXTS.some((pattern) => pattern.test(text));
}
