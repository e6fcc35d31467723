import { loseReplies } from './lost-reply.ts';

const HELP = `npm run headline [-- ROUNDS]

The provider accepts, the reply is lost, the worker is killed with SIGKILL and started again: one promotion, followed to its end, and people
told; for each of the three providers, ROUNDS times in a row (default 10). Exit code 0 if every one of them is so, 1 otherwise.`;

const [first] = process.argv.slice(2);
if (first === '--help') {
  console.log(HELP);
  process.exit(0);
}
const rounds = Number(first ?? 10);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(HELP);
  process.exit(2);
}
let wrong = 0;
for (let round = 1; round <= rounds; round += 1) {
  for (const { provider, promotions, state, told, path } of await loseReplies()) {
    const right = promotions === 1 && state === 'succeeded' && told;
    if (!right) wrong += 1;
    console.log(
      `round ${round} of ${rounds}: ${provider.padEnd(12)} ${promotions} promotion, ${path.join(' → ')}, ${told ? 'told' : 'NOT told'}${right ? '' : '  <-- WRONG'}`,
    );
  }
}
console.log(wrong === 0 ? `${rounds} rounds, three providers: one promotion each time.` : `${wrong} went wrong.`);
process.exit(wrong === 0 ? 0 : 1);
