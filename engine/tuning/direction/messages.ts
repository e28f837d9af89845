import answered from './messages/answered.json' with { type: 'json' };
import refused from './messages/refused.json' with { type: 'json' };

/**
 * Default requests to find the refusal direction with: 40 that ask for harm, without operational detail, and 40 harmless ones of the same
 * form. None is in an audit's sets, so that a direction is never audited on the requests it was found with.
 */
export const FINDING: { readonly refused: readonly string[]; readonly answered: readonly string[] } = { refused, answered };
