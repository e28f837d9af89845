/** Starts Paddock as an editor does that knows neither language models nor a chat: `vscode.lm` and `vscode.chat` are not there. */
const Module = require('node:module');
const { lm, chat, ...others } = require('vscode');

if (!lm || !chat) throw new Error('VS Code itself has no language models or no chat, so nothing can be left out.');
const load = Module._load;
Module._load = (request, ...more) => (request === 'vscode' ? others : load(request, ...more));
module.exports = require('./dist/extension.cjs');
