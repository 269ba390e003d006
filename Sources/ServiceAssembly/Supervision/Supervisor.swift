/// Starts members in order, keeps them running, and stops them in reverse order.
///
/// This type moves events to the ``SupervisorStateMachine`` and carries out its actions; it decides nothing itself.
package struct Supervisor: Sendable {
    /// What a member runs.
    package enum Work: Sendable {
        /// A child process.
        ///
        /// - Parameters:
        ///   - start: Starts it.
        ///   - isReady: Asked again and again until it says yes.
        ///   - diagnosis: After an unexpected end: what the process had to say about it.
        case process(
            start: @Sendable () async throws -> ChildProcess,
            isReady: @Sendable () async -> Bool,
            diagnosis: @Sendable () -> String?
        )
        /// Something that this process does itself.
        case step(@Sendable () async throws -> Void)
    }

    /// A member and what it runs.
    package struct Assignment: Sendable {
        /// Its place in the order, and its signals.
        package let member: SupervisedMember
        /// What it runs.
        package let work: Work

        /// Creates an assignment.
        package init(member: SupervisedMember, work: Work) {
            self.member = member
            self.work = work
        }
    }

    /// What the operator asks for.
    package enum Request: Sendable, Hashable {
        /// Stop in order; asked again: at once.
        case stop
        /// Read the settings again.
        case reload
    }

    private let assignments: [Assignment]
    private let policy: RestartPolicy
    private let clock: ContinuousClock
    private let isFinal: @Sendable (any Error) -> Bool
    private let report: @Sendable (SupervisionReport) -> Void

    /// Creates a supervisor.
    ///
    /// - Parameters:
    ///   - assignments: What to run.
    ///   - policy: When to restart.
    ///   - clock: Times restarts and stops.
    ///   - isFinal: Whether an error at a start would come again for certain.
    ///   - report: Told of everything that happens, in order.
    package init(
        assignments: [Assignment],
        policy: RestartPolicy = RestartPolicy(),
        clock: ContinuousClock = ContinuousClock(),
        isFinal: @escaping @Sendable (any Error) -> Bool = { _ in false },
        report: @escaping @Sendable (SupervisionReport) -> Void
    ) {
        self.assignments = assignments
        self.policy = policy
        self.clock = clock
        self.isFinal = isFinal
        self.report = report
    }

    /// Runs until asked to stop, or until a member fails for good; then nothing of it runs any more.
    ///
    /// Cancelling the task asks to stop, too.
    package func run(requests: some AsyncSequence<Request, Never> & Sendable) async -> SupervisionOutcome {
        let (events, input) = AsyncStream.makeStream(of: Event.self)
        // Not a child task: cancelling the caller must not cut short the orderly stop.
        let supervision = Task { await supervise(events, input) }
        let forwarding = Task {
            for await request in requests {
                input.yield(.decision(request == .stop ? .stop : .reload))
            }
        }
        defer { forwarding.cancel() }
        return await withTaskCancellationHandler {
            await supervision.value
        } onCancel: {
            input.yield(.decision(.stop))
        }
    }

    private enum Event: Sendable {
        case decision(SupervisorStateMachine.Event)
        case started(Int, ChildProcess)
    }

    private func supervise(
        _ events: AsyncStream<Event>,
        _ input: AsyncStream<Event>.Continuation
    ) async -> SupervisionOutcome {
        var machine = SupervisorStateMachine(members: assignments.map(\.member), policy: policy)
        var processes: [Int: ChildProcess] = [:]
        var launches: [Int: Task<Void, Never>] = [:]
        let start = clock.now
        input.yield(.decision(.begin))
        for await event in events {
            let decision: SupervisorStateMachine.Event
            switch event {
            case .decision(let event): decision = event
            case .started(let index, let process):
                processes[index] = process
                decision = .launched(index)
            }
            for action in machine.handle(decision, now: start.duration(to: clock.now)) {
                switch action {
                case .launch(let index): launches[index] = launch(index, input)
                case .awaitReadiness(let index):
                    if let process = processes[index] { awaitReadiness(index, of: process, input) }
                case .send(let signal, let index):
                    switch assignments[index].work {
                    case .process where signal == .kill: processes[index]?.killGroup()
                    case .process: processes[index]?.send(signal)
                    case .step:
                        launches[index]?.cancel()
                        // A step that does not react to being cancelled is left behind.
                        if signal == .kill { input.yield(.decision(.ended(index, nil))) }
                    }
                case .schedule(let timer, let delay):
                    Task {
                        try? await clock.sleep(for: delay)
                        input.yield(.decision(.timer(timer)))
                    }
                case .report(let fact): report(fact)
                case .finish(let outcome): return outcome
                }
            }
        }
        return .stopped
    }

    private func launch(_ index: Int, _ input: AsyncStream<Event>.Continuation) -> Task<Void, Never> {
        Task {
            switch assignments[index].work {
            case .process(let start, _, let diagnosis):
                let process: ChildProcess
                do {
                    process = try await start()
                } catch {
                    input.yield(.decision(.launchFailed(index, failure(error))))
                    return
                }
                input.yield(.started(index, process))
                let exit = await process.exit()
                let words = diagnosis().map { "\n\($0)" } ?? ""
                let isFinal = exit == .code(ServiceExit.configuration)
                let failure = MemberFailure(message: "\(exit)\(words)", isFinal: isFinal)
                input.yield(.decision(.ended(index, failure)))
            case .step(let run):
                input.yield(.decision(.launched(index)))
                do {
                    try await run()
                    input.yield(.decision(.ended(index, nil)))
                } catch {
                    input.yield(.decision(.ended(index, failure(error))))
                }
            }
        }
    }

    private func awaitReadiness(_ index: Int, of process: ChildProcess, _ input: AsyncStream<Event>.Continuation) {
        guard case .process(_, let isReady, _) = assignments[index].work else { return }
        Task {
            while !process.hasEnded {
                if await isReady() {
                    input.yield(.decision(.ready(index)))
                    return
                }
                try? await clock.sleep(for: .milliseconds(50))
            }
        }
    }

    private func failure(_ error: any Error) -> MemberFailure {
        MemberFailure(message: String(describing: error), isFinal: isFinal(error))
    }
}
