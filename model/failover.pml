/*
 * The protocol around the one call to a provider: claim, fence, lease, call, crash, quiet time, reconcile, one more start on proof.
 * Names are those of the code: a place is the function of lib/failover (or lib/watch) that does it, a state and an event are rows of
 * lib/failover/lifecycle.ts. `npm run model` checks it with spin; test/model compares its names with the code.
 *
 * Time is not counted. What the code ensures by durations (lib/timing.ts) stands here as the order that they are there for: a lease ends
 * only when its owner's call is over, a quiet time only when nothing is on its way any more. Everything else takes as long as it likes: a
 * worker may sleep at any place until everybody believes that it is dead, and then go on.
 *
 * Each WITHOUT_… drops one rule (scripts/model/rules.ts says which, and what must go wrong then).
 */
#ifndef WORKERS
#define WORKERS 3
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
/* lib/timing.ts: startsMax; attemptsMax, which is 8 there; and how many looks fit in unknownBoundMs. */
#define STARTS_MAX 2
#ifndef ATTEMPTS_MAX
#define ATTEMPTS_MAX 2
#endif
#define LOOKS_MAX 1

/* States of a failover, and events that move it (lib/failover/lifecycle.ts). */
mtype = { requested, claimed, unknown, running, stuck, refused, cancelled };
mtype = { accepted, adopted, lost, overdue, postponed, reclaimed, withdrawn };
/* `Repeats` of lib/failover/failover.ts, with _ for -. */
mtype = { nothing, proved_nothing, same_token };
/* Where a worker is: functions of the code. */
mtype = { idle, claimAndCall, preflightAndCall, fence, leaseLeft, start, settle, give, postpone, cancel, refuse, declareLost,
          reconcileUnknown, reclaim, lookAgain, getStuck, retire, sendLook };
/* What a call or a look is answered (lib/failover/provider.ts: `StartOutcome`, `ReconcileOutcome`), besides accepted, refused, unknown. */
mtype = { busy, happened, nothing_happened, unproved };
/* Of a worker's own request. */
mtype = { none, on_its_way, taken };

/* --- The record: the target's item (lib/store/target-store.ts). It is the arbiter. ------------------------------------------------- */
mtype state = requested;
mtype repeats = nothing;
bit sending;
byte owner;
byte attempt;
byte starts;
byte looks;
bit told;
/* The version that a worker read is still the record's: what its conditional write depends on. */
bit fresh[WORKERS];

/* --- The queue: a message for the look that the record says is due. Any number of workers may be given it (at least once). ---------- */
bit message;
#ifdef WITHOUT_PUSH_UNKNOWN
bit hurried;
#endif

/* --- Workers ------------------------------------------------------------------------------------------------------------------------ */
mtype at[WORKERS] = idle;
/* By its own clock its lease has not ended. */
bit lease[WORKERS];
mtype request[WORKERS] = none;
byte crashes;

/* --- The provider ------------------------------------------------------------------------------------------------------------------- */
bit honours_token;
byte effects;
/* Requests that nobody waits for any more: their senders died or gave up. */
byte flying;

/* --- What must never be. ONLY selects one of the three: 1 effects, 2 belief, 3 end. ------------------------------------------------- */
#ifndef ONLY
#define ONLY 0
#endif
#if ONLY == 0 || ONLY == 1
/* At most one effect at the provider. */
#define CHECK_EFFECTS assert(effects <= 1)
#else
#define CHECK_EFFECTS skip
#endif
#define BELIEVED_NOTHING (state == refused || state == cancelled)
#if ONLY == 0 || ONLY == 2
/* Nobody says that nothing was started when it was; nobody says that it was when it was not. */
#define CHECK_NOTHING assert(effects == 0)
#define CHECK_SOMETHING assert(effects > 0)
#define CHECK_BELIEF assert(!BELIEVED_NOTHING)
#else
#define CHECK_NOTHING skip
#define CHECK_SOMETHING skip
#define CHECK_BELIEF skip
#endif
#if ONLY == 0 || ONLY == 3
/* It ends, and people are told. */
#define CHECK_ATTEMPTS assert(attempt <= ATTEMPTS_MAX)
#define CHECK_END assert((state == running || told) && (state == running || state == stuck || BELIEVED_NOTHING) && EVERYBODY_IDLE)
#else
#define CHECK_ATTEMPTS skip
#define CHECK_END skip
#endif

#if WORKERS == 2
#define EVERYBODY_IDLE (at[0] == idle && at[1] == idle)
#define NOBODY_LEASED (!lease[0] && !lease[1])
#define NOBODY_FRESH fresh[0] = 0; fresh[1] = 0
/* Idle workers are alike: a message goes to the first of them. That leaves out mirror images only. */
#define FIRST_IDLE (me == 0 || at[0] != idle)
#else
#define EVERYBODY_IDLE (at[0] == idle && at[1] == idle && at[2] == idle)
#define NOBODY_LEASED (!lease[0] && !lease[1] && !lease[2])
#define NOBODY_FRESH fresh[0] = 0; fresh[1] = 0; fresh[2] = 0
#define FIRST_IDLE (me == 0 || (at[0] != idle && (me == 1 || at[1] != idle)))
#endif

inline effect() {
  if
  :: honours_token && effects > 0 -> printf("STORY provider | knows the token: no second effect\n")
  :: else ->
    effects++;
    printf("STORY provider | takes the request: effect number %d\n", effects);
    CHECK_EFFECTS;
    CHECK_BELIEF
  fi
}

/* --- Writing (lib/failover/persist.ts, advance.ts) ---------------------------------------------------------------------------------- */
/* Whoever else has read the record has now read an old version. */
inline saveFailover() {
  NOBODY_FRESH;
  fresh[me] = 1
}

/* A row of the life cycle. Messages sent before are stale: the look number goes up. */
inline advance(from, event, to) {
  state = to;
  repeats = nothing;
  sending = 0;
  owner = 0;
  message = 0;
  saveFailover();
  printf("STORY worker %d | %e | writes %e: %e becomes %e\n", me, at[me], event, from, to)
}

/* Its work is over, or its life: what it knew is gone. */
inline rest() {
  at[me] = idle;
  fresh[me] = 0;
  lease[me] = 0;
  saw = unproved;
  mine = nothing
}

/* The conditional write comes too late: somebody else moved the record. */
inline conflict() {
  printf("STORY worker %d | %e | may not write, because the record moved on; stops\n", me, at[me]);
  rest()
}

/* lib/failover/claim.ts claimOf, reconcile.ts reclaim: a lease of its own, and nothing sent under it yet. */
inline claim(why) {
  owner = me;
  lease[me] = 1;
  attempt++;
  CHECK_ATTEMPTS;
  repeats = why;
  mine = why;
  printf("STORY worker %d | %e | holds the lease of attempt %d (repeats: %e)\n", me, at[me], attempt, why)
}

/* lib/failover/transitions.ts: the call may have been sent, and its answer was not seen. */
inline becomeUnknown() {
  if
  :: !fresh[me] -> conflict()
  :: fresh[me] -> advance(claimed, lost, unknown); looks = 0; at[me] = sendLook
  fi
}

/* The answer was lost, or the deadline came first. */
inline unanswered() {
  request[me] = none;
  saw = unknown;
  printf("STORY worker %d | start | gets no answer in time\n", me);
  at[me] = settle
}

inline send() {
  request[me] = on_its_way;
  at[me] = start;
  printf("STORY worker %d | start | sends the request\n", me)
}

/* --- When a message is delivered ---------------------------------------------------------------------------------------------------- */
/* lib/failover/step.ts declareLost. With SKEW clocks differ by more than any margin: another's lease may look ended at any time. */
#ifdef SKEW
#define LEASE_OVER true
#else
#define LEASE_OVER (!lease[owner])
#endif
/* lib/failover/transitions.ts quietOf, kept by the queue. With SKEW it has to outlive the lease, too. */
#ifdef WITHOUT_QUIET
#define QUIET_OVER true
#elif defined(SKEW) && !defined(WITHOUT_QUIET_LEASE)
#define QUIET_OVER (flying == 0 && NOBODY_LEASED)
#elif defined(WITHOUT_PUSH_UNKNOWN)
#define QUIET_OVER (flying == 0 || hurried)
#else
#define QUIET_OVER (flying == 0)
#endif
#define UNTOLD (!told && (state == stuck || BELIEVED_NOTHING))
#define DUE (state == requested || (state == claimed && LEASE_OVER) || (state == unknown && QUIET_OVER) || UNTOLD)

/* --- Rules that a line can drop ------------------------------------------------------------------------------------------------------ */
/* lib/failover/claim.ts claimAndCall: the write depends on the version that was read. */
#ifdef WITHOUT_CLAIM
#define MAY_CLAIM true
#else
#define MAY_CLAIM fresh[me]
#endif
/* lib/failover/call.ts leaseLeft: by its own clock there is room for the whole call, right before it. */
#ifdef WITHOUT_LEASE_LEFT
#define LEASE_LEFT true
#else
#define LEASE_LEFT lease[me]
#endif
/* lib/timing.ts assertTiming: the lease outlives the call's deadline. */
#ifdef WITHOUT_LEASE
#define CALL_OVER(w) true
#else
#define CALL_OVER(w) (request[w] == none)
#endif
/* lib/failover/call.ts settle: a repeated start may be refused because the first one took effect. */
#ifdef WITHOUT_SETTLE
#define REPEATED false
#else
#define REPEATED (mine != nothing)
#endif
/* lib/failover/reconcile.ts reconcileUnknown: on proof, or when the token makes a repetition harmless. */
#ifdef WITHOUT_PROOF
#define PROVED_OR_HARMLESS true
#else
#define PROVED_OR_HARMLESS (saw == nothing_happened || honours_token)
#endif
#ifdef WITHOUT_ATTEMPTS_MAX
#define ATTEMPT_LEFT true
#else
#define ATTEMPT_LEFT (attempt < ATTEMPTS_MAX)
#endif
#define MAY_REPEAT (starts < STARTS_MAX && ATTEMPT_LEFT && PROVED_OR_HARMLESS)
/* lib/failover/retire.ts endAsSeen: "nothing was started" ends only the record that it was said of. */
#ifdef WITHOUT_END_AS_SEEN
#define MAY_END true
#else
#define MAY_END fresh[me]
#endif

proctype worker(byte me) {
  /* What it was answered, or read at the provider. */
  mtype saw = unproved;
  /* `repeats` of its own claim. */
  mtype mine = nothing;
#ifdef WITHOUT_ONE_REQUEST
  bit again;
#endif

end_worker:
  do
  /* lib/failover/step.ts runFailover: the record decides what a message means. */
  :: atomic { at[me] == idle && message && DUE && FIRST_IDLE ->
      fresh[me] = 1;
      printf("STORY worker %d | runFailover | gets the message and reads the record: %e\n", me, state);
      if
      :: state == requested -> at[me] = claimAndCall
      :: state == claimed -> at[me] = declareLost
      :: state == unknown -> at[me] = reconcileUnknown
      :: UNTOLD -> at[me] = retire
      fi
    }

  /* lib/failover/claim.ts */
  :: atomic { at[me] == claimAndCall ->
      if
      :: printf("STORY worker %d | claimAndCall | finds it no longer justified\n", me); at[me] = cancel
      :: !MAY_CLAIM -> conflict()
      :: MAY_CLAIM -> advance(requested, claimed, claimed); claim(nothing); at[me] = preflightAndCall
      fi
    }
  /* Hooks, and the look after them, write under this same claim and may stop it as the first look may: nothing new here. */
  :: atomic { at[me] == preflightAndCall ->
      if
      :: at[me] = fence
      :: printf("STORY worker %d | preflightAndCall | finds that what it sees forbids the call\n", me); at[me] = cancel
      :: printf("STORY worker %d | preflightAndCall | finds a check red\n", me); at[me] = refuse
      :: printf("STORY worker %d | preflightAndCall | cannot read the provider\n", me); at[me] = postpone
      fi
    }

  /* lib/failover/call.ts: the record says that the call is on its way, if nobody took the failover over. */
  :: atomic { at[me] == fence ->
#ifdef WITHOUT_FENCE
      at[me] = leaseLeft
#else
      if
      :: !fresh[me] -> conflict()
      :: fresh[me] ->
        if
        :: sending = 1; starts++; saveFailover(); at[me] = leaseLeft;
           printf("STORY worker %d | fence | writes that start %d is on its way\n", me, starts)
        :: printf("STORY worker %d | fence | finds it no longer justified\n", me); at[me] = give
        fi
      fi
#endif
    }
  :: atomic { at[me] == leaseLeft ->
      if
      :: LEASE_LEFT -> send()
      :: !LEASE_LEFT ->
        printf("STORY worker %d | leaseLeft | finds too little of its lease left\n", me);
        if
        :: fresh[me] -> starts--
        :: else
        fi;
        at[me] = give
      fi
    }
  /* lib/failover/provider.ts start: one request, and one answer or none. */
  :: atomic { at[me] == start && request[me] == taken ->
      request[me] = none;
      saw = accepted;
      printf("STORY worker %d | start | is answered: accepted\n", me);
      at[me] = settle
    }
  :: atomic { at[me] == start && request[me] == on_its_way ->
      request[me] = none;
      if
      :: saw = refused
      :: saw = busy
      fi;
      printf("STORY worker %d | start | is answered: %e\n", me, saw);
      at[me] = settle
    }
  :: atomic { at[me] == start && request[me] == taken -> unanswered() }
  :: atomic { at[me] == start && request[me] == on_its_way -> flying++; unanswered() }
#ifdef WITHOUT_ONE_REQUEST
  :: atomic { at[me] == settle && saw == unknown && !again -> again = 1; send() }
#endif

  /* What was seen to be accepted is recorded whatever others wrote (persist.ts insist). */
  :: atomic { at[me] == settle && saw == accepted ->
      CHECK_SOMETHING;
      if
      :: state == claimed -> advance(claimed, accepted, running)
      :: state == unknown -> advance(unknown, adopted, running)
      :: else
      fi;
      rest()
    }
  :: atomic { at[me] == settle && saw == refused && !REPEATED -> at[me] = refuse }
  :: atomic { at[me] == settle && saw == busy && !REPEATED ->
      if
      :: fresh[me] -> starts--
      :: else
      fi;
      at[me] = postpone
    }
  :: atomic { at[me] == settle && (saw == unknown || ((saw == refused || saw == busy) && REPEATED)) -> becomeUnknown() }

  /* Nothing of this start has left; what an earlier one did is as unknown as before. */
  :: atomic { at[me] == give ->
      if
      :: mine == same_token -> becomeUnknown()
      :: else -> at[me] = postpone
      fi
    }
  /* lib/failover/postpone.ts */
  :: atomic { at[me] == postpone ->
      if
      :: attempt >= ATTEMPTS_MAX -> at[me] = refuse
      :: attempt < ATTEMPTS_MAX && !fresh[me] -> conflict()
      :: attempt < ATTEMPTS_MAX && fresh[me] -> CHECK_NOTHING; advance(claimed, postponed, requested); at[me] = sendLook
      fi
    }

  /* lib/failover/retire.ts */
  :: atomic { at[me] == cancel ->
      if
      :: MAY_END && state == requested -> advance(requested, withdrawn, cancelled); CHECK_NOTHING; at[me] = retire
      :: MAY_END && state == claimed -> advance(claimed, withdrawn, cancelled); CHECK_NOTHING; at[me] = retire
      :: else -> conflict()
      fi
    }
  :: atomic { at[me] == refuse ->
      if
      :: MAY_END && state == claimed -> advance(claimed, refused, refused); CHECK_NOTHING; at[me] = retire
      :: MAY_END && state == unknown -> advance(unknown, refused, refused); CHECK_NOTHING; at[me] = retire
      :: else -> conflict()
      fi
    }
  :: atomic { at[me] == retire -> told = 1; printf("STORY worker %d | retire | tells people\n", me); rest() }

  /* lib/failover/step.ts: the lease has ended and its holder has not reported. */
  :: atomic { at[me] == declareLost ->
      if
      :: fresh[me] && !sending && repeats != same_token ->
        printf("STORY worker %d | declareLost | finds that worker %d had sent nothing\n", me, owner);
        at[me] = postpone
      :: else -> becomeUnknown()
      fi
    }

  /* lib/failover/reconcile.ts: a look at the provider, and then what follows from it. */
  :: atomic { at[me] == reconcileUnknown ->
#ifdef WITHOUT_RECONCILE
      saw = nothing_happened;
      printf("STORY worker %d | reconcileUnknown | does not look at the provider\n", me);
#else
      if
      :: effects > 0 -> saw = happened
      :: effects == 0 -> saw = nothing_happened
      :: saw = unproved
      fi;
      printf("STORY worker %d | reconcileUnknown | looks at the provider: %e\n", me, saw);
#endif
      at[me] = reclaim
    }
  :: atomic { at[me] == reclaim && saw == happened ->
      CHECK_SOMETHING;
      if
      :: state == unknown -> advance(unknown, adopted, running)
      :: state == claimed -> advance(claimed, accepted, running)
      :: else
      fi;
      rest()
    }
  :: atomic { at[me] == reclaim && saw != happened && MAY_REPEAT ->
      if
      :: !fresh[me] -> conflict()
      :: fresh[me] && saw == nothing_happened -> advance(unknown, reclaimed, claimed); claim(proved_nothing); at[me] = preflightAndCall
      :: fresh[me] && saw == unproved -> advance(unknown, reclaimed, claimed); claim(same_token); at[me] = fence
      fi
    }
  /* No further start is allowed, or it is no longer justified. */
  :: atomic { at[me] == reclaim && saw == nothing_happened -> at[me] = refuse }
  :: atomic { at[me] == reclaim && saw == unproved -> at[me] = (looks < LOOKS_MAX -> lookAgain : getStuck) }
  :: atomic { at[me] == lookAgain ->
      if
      :: !fresh[me] -> conflict()
      :: fresh[me] -> looks++; message = 0; saveFailover(); at[me] = sendLook; printf("STORY worker %d | lookAgain | will look again\n", me)
      fi
    }
  :: atomic { at[me] == getStuck ->
      if
      :: state == unknown -> advance(unknown, overdue, stuck); at[me] = retire
      :: state == running -> advance(running, overdue, stuck); at[me] = retire
      :: else -> conflict()
      fi
    }

  /* lib/failover/send-look.ts: record first, message after. A message for an older look is stale. */
  :: atomic { at[me] == sendLook ->
      if
      :: fresh[me] -> message = 1
      :: else
      fi;
      rest()
    }

  /* At any await. What it knew is gone; its request is not. */
  :: atomic { at[me] != idle && crashes < CRASHES ->
      crashes++;
      printf("STORY worker %d | %e | dies\n", me, at[me]);
      if
      :: request[me] == on_its_way -> flying++
      :: else
      fi;
      request[me] = none;
      rest()
    }
  od
}

/* Time and the network: leases end, requests arrive or get lost, in any order and after any delay. */
#define LEASE_ENDS(w) lease[w] && CALL_OVER(w) -> lease[w] = 0; printf("STORY clock | the lease of worker %d ends\n", w)
active proctype world() {
end_world:
  do
  :: atomic { LEASE_ENDS(0) }
  :: atomic { LEASE_ENDS(1) }
#if WORKERS > 2
  :: atomic { LEASE_ENDS(2) }
#endif
  :: atomic { request[0] == on_its_way -> request[0] = taken; effect() }
  :: atomic { request[1] == on_its_way -> request[1] = taken; effect() }
#if WORKERS > 2
  :: atomic { request[2] == on_its_way -> request[2] = taken; effect() }
#endif
  :: atomic { flying > 0 -> flying--; printf("STORY network | delivers a request that nobody waits for any more\n"); effect() }
  :: atomic { flying > 0 -> flying--; printf("STORY network | loses a request\n") }
  od
}

/* lib/watch/step.ts pushFailover: what stands still past its due time is sent again. */
#ifndef WITHOUT_PUSH_FAILOVER
active proctype watchdog() {
end_watchdog:
  do
  :: atomic { !message && (state == requested || state == claimed || UNTOLD) ->
      message = 1;
      printf("STORY watchdog | pushFailover | sends again what stands still: %e\n", state)
    }
  /* pushUnknown: the look number goes up, and its message waits the whole quiet time again. */
  :: atomic { !message && state == unknown ->
      message = 1;
      NOBODY_FRESH;
#ifdef WITHOUT_PUSH_UNKNOWN
      hurried = 1;
#endif
      printf("STORY watchdog | pushUnknown | sends again what stands still: unknown\n")
    }
  od
}
#endif

/* Asked when nothing can happen any more. */
active proctype judge() {
  timeout -> CHECK_END
}

init {
  atomic {
    if
    :: honours_token = 0
    :: honours_token = 1; printf("STORY provider | honours the token\n")
    fi;
    message = 1;
    run worker(0);
    run worker(1)
#if WORKERS > 2
    ;
    run worker(2)
#endif
  }
}
