/**
 * Asks once for each text. When it remembers `most` answers it forgets them all, so that it stays small whatever comes.
 *
 * @param ask says the same whenever it is asked.
 */
export function remembered<Answer extends object | boolean>(ask: (text: string) => Answer, most: number): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    if (answers.size >= most) answers.clear();
    const answer = ask(text);
    answers.set(text, answer);
    return answer;
  };
}
