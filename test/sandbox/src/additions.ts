type Message = { type: string } & Record<string, unknown>;

/** What a vendor that has changed since its clients were written may send in the place of one message. */
export function withAdditions(message: Message): unknown[] {
  if (message.type === 'Results')
    return [{ type: 'Sentiment', score: 0.4 }, emptyResults(message), changedResults(message)];
  if (message.type === 'Turn') return [7, { type: 'Sentiment', score: 0.4 }, { ...changedTurn(message), error: null }];
  return [message];
}

function emptyResults(message: Message): Message {
  return { ...message, is_final: false, speech_final: false, channel: { alternatives: [] } };
}

function changedResults(message: Message): Message {
  const { channel } = message as unknown as { channel: { alternatives: { words: object[] }[] } };
  const alternatives = channel.alternatives.map((each) => ({ ...each, words: each.words.map(changedWord) }));
  return { ...message, channel: { alternatives, detected_language: null } };
}

function changedTurn({ turn_is_formatted: isFormatted, ...message }: Message): Message {
  const { words } = message as unknown as { words: object[] };
  return {
    ...message,
    ...(isFormatted === true && { turn_is_formatted: true }),
    words: words.map(changedWord),
  } as never;
}

function changedWord(word: object): object {
  return { ...word, confidence: null, speaker: null, emphasis: { level: 2 } };
}
