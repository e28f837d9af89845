import answered from './messages/answered.json' with { type: 'json' };
import refused from './messages/refused.json' with { type: 'json' };

/**
 * Requests that the direction of refusals is found by, where nobody gives others: 40 that ask for harm, without operational detail, and 40
 * harmless ones of the same form. None is of an audit's sets, so that what an audit says of a direction was not read off its requests.
 */
export const FINDING: { readonly refused: readonly string[]; readonly answered: readonly string[] } = { refused, answered };
