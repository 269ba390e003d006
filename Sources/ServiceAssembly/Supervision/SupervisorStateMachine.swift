/// Decides what a supervisor does: events in, actions out, no clock, no process.
///
/// A member goes `waiting → starting → running → (restarting → starting …) → stopping → stopped`. Members are known by
/// their place in the list. Times are durations since any fixed moment.
package struct SupervisorStateMachine: Sendable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        /// The run begins.
        case begin
        /// The member's process runs, or its step is under way.
        case launched(Int)
        /// The member could not be started.
        case launchFailed(Int, MemberFailure)
        /// The member does its work.
        case ready(Int)
        /// The member ended; for a step without failure that is what it is for.
        case ended(Int, MemberFailure?)
        /// A timer ran out.
        case timer(Timer)
        /// The operator asked to stop; a second time: at once.
        case stop
        /// The operator asked to read settings again.
        case reload
    }

    /// What to do.
    package enum Action: Sendable, Hashable {
        case launch(Int)
        case awaitReadiness(Int)
        case send(ProcessSignal, Int)
        case schedule(Timer, after: Duration)
        case report(SupervisionReport)
        case finish(SupervisionOutcome)
    }

    /// A timer of one member; one that was overtaken by events is ignored when it runs out.
    package struct Timer: Sendable, Hashable {
        /// The member's place.
        package let member: Int
        fileprivate let round: Int
    }

    private enum Phase: Hashable {
        case waiting
        case starting
        case running
        case restarting
        case stopping
        case stopped
    }

    private struct Entry {
        let member: SupervisedMember
        var phase = Phase.waiting
        /// Grows with each timer, so that only the last one counts.
        var round = 0
        var launchedAt = Duration.zero
        var isReady = false
        var wasReady = false
        var failures = 0
        /// A stop that came while the process was being started is sent when it runs.
        var pendingSignal: ProcessSignal?
    }

    private var entries: [Entry]
    private let policy: RestartPolicy
    private var stage = Int.min
    private var isStopping = false
    private var isUrgent = false
    private var isFinished = false
    private var outcome = SupervisionOutcome.stopped

    /// Creates a machine in which nothing has started.
    package init(members: [SupervisedMember], policy: RestartPolicy = RestartPolicy()) {
        entries = members.map { Entry(member: $0) }
        self.policy = policy
    }

    /// Takes in what happened at a moment and returns what to do, in order.
    package mutating func handle(_ event: Event, now: Duration) -> [Action] {
        guard !isFinished else { return [] }
        switch event {
        case .begin: return advance()
        case .launched(let index): return launched(index, now: now)
        case .launchFailed(let index, let failure): return failed(index, failure, now: now)
        case .ready(let index): return ready(index)
        case .ended(let index, let failure): return ended(index, failure, now: now)
        case .timer(let timer): return ranOut(timer)
        case .stop: return isStopping ? stopAtOnce() : stop(.stopped)
        case .reload:
            return entries.indices
                .filter { entries[$0].phase == .running && entries[$0].member.reloads }
                .map { .send(.hangUp, $0) }
        }
    }

    // MARK: Starting

    /// Starts the next stage when all that is under way is ready.
    private mutating func advance() -> [Action] {
        let started = entries.filter { $0.member.stage <= stage }
        guard !isStopping, started.allSatisfy(\.wasReady) else { return [] }
        guard let next = entries.map(\.member.stage).filter({ $0 > stage }).min() else { return [] }
        stage = next
        return entries.indices.filter { entries[$0].member.stage == next }.flatMap { launch($0) }
    }

    private mutating func launch(_ index: Int) -> [Action] {
        entries[index].phase = .starting
        entries[index].isReady = false
        return [.report(.starting(member: entries[index].member.name)), .launch(index)]
    }

    private mutating func launched(_ index: Int, now: Duration) -> [Action] {
        entries[index].launchedAt = now
        if entries[index].phase == .stopping {
            let signal = entries[index].pendingSignal ?? entries[index].member.stopSignal
            entries[index].pendingSignal = nil
            return [.send(signal, index)]
        }
        entries[index].phase = .running
        return entries[index].member.kind == .service ? [.awaitReadiness(index)] : []
    }

    private mutating func ready(_ index: Int) -> [Action] {
        guard entries[index].phase == .running else { return [] }
        entries[index].isReady = true
        entries[index].wasReady = true
        return [.report(.ready(member: entries[index].member.name))] + advance()
    }

    // MARK: Ends and restarts

    private mutating func ended(_ index: Int, _ failure: MemberFailure?, now: Duration) -> [Action] {
        guard entries[index].phase != .stopped else { return [] }
        if isStopping { return stopped(index) }
        if entries[index].member.kind == .step, failure == nil {
            entries[index].phase = .stopped
            entries[index].isReady = true
            entries[index].wasReady = true
            return [.report(.completed(member: entries[index].member.name))] + advance()
        }
        return failed(index, failure ?? MemberFailure(message: "it ended by itself", isFinal: false), now: now)
    }

    private mutating func failed(_ index: Int, _ failure: MemberFailure, now: Duration) -> [Action] {
        // One that crashes while later stages stop is not needed again.
        if isStopping { return stopped(index) }
        let entry = entries[index]
        let wasStable = entry.phase == .running && now - entry.launchedAt >= policy.stableAfter
        entries[index].isReady = false
        // What fails while something it stands on is away says nothing about itself.
        let isOwnFault = entries.allSatisfy { $0.member.stage >= entry.member.stage || $0.isReady }
        entries[index].failures = wasStable ? 1 : entry.failures + (isOwnFault || entry.failures == 0 ? 1 : 0)
        let failures = entries[index].failures
        let isHopelessStart = !entry.wasReady && failures >= policy.startAttempts
        if failure.isFinal || isHopelessStart {
            entries[index].phase = .stopped
            return stop(.failed(member: entry.member.name, failure))
        }
        let delay = policy.delay(afterFailures: failures)
        entries[index].phase = .restarting
        var actions: [Action] = [.report(.failed(member: entry.member.name, failure, restartIn: delay))]
        if failures == policy.hopelessAfter {
            actions.append(.report(.keepsFailing(member: entry.member.name, retryEvery: policy.slowDelay)))
        }
        return actions + [schedule(index, after: delay)]
    }

    private mutating func schedule(_ index: Int, after delay: Duration) -> Action {
        entries[index].round += 1
        return .schedule(Timer(member: index, round: entries[index].round), after: delay)
    }

    private mutating func ranOut(_ timer: Timer) -> [Action] {
        let index = timer.member
        guard entries[index].round == timer.round else { return [] }
        switch entries[index].phase {
        case .restarting: return launch(index)
        case .stopping: return kill(index)
        case .waiting, .starting, .running, .stopped: return []
        }
    }

    // MARK: Stopping

    private mutating func stop(_ outcome: SupervisionOutcome) -> [Action] {
        guard !isStopping else { return stopNextStage() }
        isStopping = true
        self.outcome = outcome
        return stopNextStage()
    }

    /// Asks the last stage that still runs to stop, or ends the run.
    private mutating func stopNextStage() -> [Action] {
        for index in entries.indices where [.waiting, .restarting].contains(entries[index].phase) {
            entries[index].phase = .stopped
        }
        let alive = entries.indices.filter { entries[$0].phase != .stopped }
        guard let last = alive.map({ entries[$0].member.stage }).max() else {
            isFinished = true
            return [.finish(outcome)]
        }
        return alive.filter { entries[$0].member.stage == last && entries[$0].phase != .stopping }.flatMap { index in
            let member = entries[index].member
            let signal = isUrgent ? member.urgentSignal : member.stopSignal
            let actions = send(signal, index)
            return [.report(.stopping(member: member.name))] + actions + [schedule(index, after: member.stopPatience)]
        }
    }

    private mutating func send(_ signal: ProcessSignal, _ index: Int) -> [Action] {
        let isStarting = entries[index].phase == .starting
        entries[index].phase = .stopping
        guard isStarting || entries[index].pendingSignal != nil else { return [.send(signal, index)] }
        entries[index].pendingSignal = signal
        return []
    }

    private mutating func stopAtOnce() -> [Action] {
        guard !isUrgent else { return [] }
        isUrgent = true
        return entries.indices.filter { entries[$0].phase == .stopping }.flatMap { index in
            let actions = send(entries[index].member.urgentSignal, index)
            return actions + [schedule(index, after: .seconds(5))]
        }
    }

    /// Ends a member that had its time; should even this take long, the timer asks again.
    private mutating func kill(_ index: Int) -> [Action] {
        [.report(.killing(member: entries[index].member.name))] + send(.kill, index) + [
            schedule(index, after: .seconds(5))
        ]
    }

    private mutating func stopped(_ index: Int) -> [Action] {
        entries[index].phase = .stopped
        let rest = entries.contains { $0.phase == .stopping } ? [] : stopNextStage()
        return [.report(.stopped(member: entries[index].member.name))] + rest
    }
}
