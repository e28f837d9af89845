import { nameOf } from './fileTree.ts';

/** Folders of package managers, compilers and tools, and of version control. */
const FOREIGN_FOLDERS = new Set([
  ...['.git', '.hg', '.svn', '.jj', 'CVS'],
  ...['node_modules', 'bower_components', 'jspm_packages', 'vendor', 'Pods', 'Carthage', 'site-packages', '.eggs', '.bundle'],
  ...['.yarn', '.pnpm-store', '.gradle', '.m2', '.cargo', '.dart_tool', '.stack-work', 'elm-stuff', '.terraform'],
  ...['.venv', 'venv', '.virtualenv', 'virtualenv', '.tox', '.nox', '__pycache__', '__pypackages__', '.ipynb_checkpoints'],
  ...['.mypy_cache', '.pytest_cache', '.ruff_cache', '.hypothesis', '.cache', '.parcel-cache', '.turbo', '.nx', '.angular'],
  ...['dist', 'build', 'out', 'target', 'obj', '_build', 'DerivedData', '.build', '.next', '.nuxt', '.output', '.svelte-kit'],
  ...['coverage', '.nyc_output', 'htmlcov', '.vscode-test', '.history', '.idea', '.vs', '.metals', '.bloop', '.serverless'],
]);

/** Whether a folder of this name holds nothing that was written in this workspace. */
export function isForeignFolder(name: string): boolean {
  return FOREIGN_FOLDERS.has(name) || /^(bazel-.+|cmake-build-.+|.+\.egg-info)$/.test(name);
}

const words = (list: string) => new Set(list.split(' '));

const CODE = words(
  'ts tsx mts cts js jsx mjs cjs vue svelte astro py pyi pyx rb rake erb php java kt kts scala sbt groovy gradle clj cljs cljc edn go ' +
    'rs c h cc cpp cxx c++ hpp hh hxx ino m mm cs fs fsx fsi vb swift dart lua pl pm r jl ex exs eex heex erl hrl hs lhs ml mli elm nim ' +
    'zig v d cr sol sh bash zsh fish ps1 psm1 bat cmd sql graphql gql proto thrift css scss sass less html htm xhtml hbs ejs pug ' +
    'asm s cu cuh cl glsl hlsl wgsl vert frag metal f f90 f95 pas lisp el scm rkt tcl vim cmake mk nix tf hcl prisma sv vhd vhdl',
);
const CODE_FILES = words('makefile dockerfile jenkinsfile rakefile gemfile vagrantfile justfile cmakelists.txt podfile brewfile');

/** Written by hand as often as by programs, and worth remembering only while they are small. */
const DATA = words('json jsonc json5 yaml yml toml xml ini cfg conf properties plist resx xaml');

const PROSE = 'md mdx markdown rst adoc asciidoc txt text tex bib rtf org wiki log out po pot srt';
const TABLES = 'csv tsv psv jsonl ndjson geojson arff sas7bdat dta ipynb dat data dump';
const PRODUCTS = 'lock map snap tsbuildinfo orig rej patch diff bak tmp swp min';
const PICTURES = 'svg png jpg jpeg gif webp avif bmp ico icns tif tiff psd ai eps heic fig sketch xcf dds exr hdr';
const MEDIA = 'mp3 mp4 m4a wav ogg flac aac avi mov mkv webm ttf otf woff woff2 eot pdf doc docx xls xlsx ppt pptx odt ods';
const BINARIES =
  'zip gz tgz bz2 xz zst 7z rar tar jar war ear apk ipa aar whl egg gem nupkg vsix deb rpm dmg iso img exe dll so dylib a o obj lib ' +
  'pdb class pyc pyo beam wasm bin node elc db sqlite sqlite3 mdb parquet arrow feather npy npz pt pth ckpt onnx gguf safetensors h5 ' +
  'hdf5 pkl pickle tflite pb mo fbx glb gltf stl blend unity prefab asset uasset';
const NO_TEXT = words([PICTURES, MEDIA, BINARIES].join(' '));
const OTHERS = words([PROSE, TABLES, PRODUCTS, PICTURES, MEDIA, BINARIES].join(' '));

/** Prose that has no extension. */
const PROSE_FILES = words(
  'license licence copying copyright notice authors contributors readme changelog changes todo codeowners',
);

/** Generated files that look hand-written. */
const WRITTEN_BY_PROGRAMS =
  /(^|[.\-_])(package-lock|npm-shrinkwrap|pnpm-lock|packages\.lock|composer\.lock)\b|\.min\.\w+$|[.-]bundle\.\w+$|\.pb\.(go|cc|h)$|_pb2(_grpc)?\.pyi?$|_pb\.(js|d\.ts)$|\.(g|freezed|gr)\.dart$|\.designer\.cs$|\.g(\.i)?\.cs$/;

/** `code`: a language that models of code know; `data`: remembered if small; `unknown`: remembered if it proves to be text. */
export type FileKind = 'code' | 'data' | 'unknown';

/**
 * What a file is, by its name alone.
 * @param path with `/`
 * @returns undefined for files nothing can be learned from
 */
export function fileKind(path: string): FileKind | undefined {
  const name = nameOf(path).toLowerCase();
  if (WRITTEN_BY_PROGRAMS.test(name)) return undefined;
  if (CODE_FILES.has(name) || /^(dockerfile|makefile)\./.test(name)) return 'code';
  const extension = /[^.]\.([^.]+)$/.exec(name)?.[1];
  if (extension === undefined) return name.startsWith('.') || PROSE_FILES.has(name) ? undefined : 'unknown';
  if (OTHERS.has(extension)) return undefined;
  if (CODE.has(extension)) return 'code';
  return DATA.has(extension) ? 'data' : 'unknown';
}

/** Whether a file is no text by its name: a picture, sound, or what machines read. */
export function isBinaryName(path: string): boolean {
  return NO_TEXT.has(/\.([^.]+)$/.exec(nameOf(path).toLowerCase())?.[1] ?? '');
}

/** Whether documents of a language are prose, and not code. */
export function isProse(languageId: string): boolean {
  return ['plaintext', 'markdown', 'mdx', 'restructuredtext', 'latex', 'log', 'scminput', 'search-result', 'git-commit'].includes(
    languageId,
  );
}
