/** One line of a counter-example: who does what, and in which function of the code. */
export interface StoryLine {
  readonly who: string;
  readonly where: string;
  readonly what: string;
}

const LINE = /STORY (?<who>[^|]+?) \| (?:(?<where>\w+) \| )?(?<what>.+)$/;

/** Reads the story out of what spin prints when it replays a trail. The model's workers 0, 1, 2 are A, B, C to readers. */
export function storyOf(replay: string): readonly StoryLine[] {
  return replay.split('\n').flatMap((line) => {
    const { who, where = '', what } = LINE.exec(line)?.groups ?? {};
    return who === undefined || what === undefined ? [] : [{ who: readable(who), where, what: readable(what) }];
  });
}

function readable(text: string): string {
  return text
    .replaceAll(/worker (\d)/g, (_, digit: string) => `worker ${'ABC'.charAt(Number(digit))}`)
    .replaceAll(/(?<=[a-z])_(?=[a-z])/g, '-');
}

export function renderStory(story: readonly StoryLine[]): string {
  const width = Math.max(0, ...story.map(({ who }) => who.length));
  return story
    .map(({ who, where, what }, index) => {
      const number = String(index + 1).padStart(4);
      return `${number}. ${who.padEnd(width)}  ${what}${where === '' ? '' : `  (${where})`}`;
    })
    .join('\n');
}
