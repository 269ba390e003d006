import ServiceAssembly

/// A machine of simulated processes, which carries out a supervisor's actions and lets accidents happen.
///
/// Time is a number that jumps to the next event, so a run of hours takes microseconds.
struct SimulatedMachine {
    let members: [SupervisedMember]
    var machine: SupervisorStateMachine
    var generator: SplitMix
    /// Of 100: how likely each accident is.
    var startFailures = 10
    var crashes = 30
    var deafness = 20

    private(set) var now = Duration.zero
    private(set) var alive: Set<Int> = []
    private(set) var everReady: Set<Int> = []
    private(set) var outcome: SupervisionOutcome?
    private(set) var violations: [String] = []
    private var stopRequested = false
    private var queue: [(at: Duration, life: Int, event: SupervisorStateMachine.Event)] = []
    /// Counts launches of each member, so that events of an earlier process are dropped.
    private var lives: [Int]

    init(members: [SupervisedMember], seed: UInt64) {
        self.members = members
        machine = SupervisorStateMachine(members: members)
        generator = SplitMix(state: seed)
        lives = Array(repeating: 0, count: members.count)
    }

    /// Runs until the supervisor finishes or nothing more can happen.
    mutating func run(stopAt: Duration, urgently: Bool) {
        carryOut(machine.handle(.begin, now: now))
        queue.append((stopAt, -1, .stop))
        if urgently { queue.append((stopAt + .seconds(1), -1, .stop)) }
        var steps = 0
        while outcome == nil, let next = queue.indices.min(by: { queue[$0].at < queue[$1].at }) {
            let (at, life, event) = queue.remove(at: next)
            now = at
            if let index = Self.member(of: event), life != lives[index] { continue }
            if case .ended(let index, _) = event {
                guard alive.remove(index) != nil else { continue }
            }
            if event == .stop { stopRequested = true }
            if case .ready(let index) = event { everReady.insert(index) }
            carryOut(machine.handle(event, now: now))
            steps += 1
            if steps > 100_000 {
                violations.append("the run does not end")
                return
            }
        }
    }

    private static func member(of event: SupervisorStateMachine.Event) -> Int? {
        switch event {
        case .launched(let index), .launchFailed(let index, _), .ready(let index), .ended(let index, _): index
        case .begin, .timer, .stop, .reload: nil
        }
    }

    private mutating func carryOut(_ actions: [SupervisorStateMachine.Action]) {
        for action in actions {
            switch action {
            case .launch(let index): launch(index)
            case .awaitReadiness(let index): later(index, .ready(index), within: 5_000)
            case .send(let signal, let index): receive(signal, index)
            case .schedule(let timer, let delay): queue.append((now + delay, -1, .timer(timer)))
            case .report: break
            case .finish(let outcome):
                self.outcome = outcome
                if !alive.isEmpty { violations.append("left behind: \(alive)") }
            }
        }
    }

    private mutating func launch(_ index: Int) {
        if stopRequested { violations.append("started \(index) after the stop") }
        if alive.contains(index) { violations.append("started \(index) twice") }
        for earlier in members.indices where members[earlier].stage < members[index].stage {
            if !everReady.contains(earlier) { violations.append("started \(index) before \(earlier) was ready") }
        }
        lives[index] += 1
        if chance(startFailures) {
            later(index, .launchFailed(index, MemberFailure(message: "no", isFinal: false)), within: 100)
            return
        }
        alive.insert(index)
        queue.append((now + .milliseconds(1), lives[index], .launched(index)))
        if members[index].kind == .step {
            everReady.insert(index)
            later(index, .ended(index, nil), within: 3_000)
        } else if chance(crashes) {
            let failure = MemberFailure(message: "crash", isFinal: false)
            later(index, .ended(index, failure), within: chance(50) ? 1_000 : 600_000)
        }
    }

    private mutating func receive(_ signal: ProcessSignal, _ index: Int) {
        for later in members.indices where members[later].stage > members[index].stage {
            if alive.contains(later) { violations.append("stopped \(index) before \(later) was gone") }
        }
        let failure = MemberFailure(message: "signal", isFinal: false)
        if signal == .kill {
            queue.append((now + .milliseconds(1), lives[index], .ended(index, failure)))
        } else if !chance(deafness) {
            later(index, .ended(index, failure), within: 20_000)
        }
    }

    private mutating func later(_ index: Int, _ event: SupervisorStateMachine.Event, within milliseconds: Int) {
        let delay = Int.random(in: 2...milliseconds, using: &generator)
        queue.append((now + .milliseconds(delay), lives[index], event))
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a seed gives the same run everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
