import ServiceAssembly
import Synchronization
import Testing

/// The supervisor with real processes: small shell scripts.
struct SupervisorTests {
    private static func shell(
        _ name: String,
        stage: Int,
        _ script: String,
        patience: Duration = .seconds(15)
    ) -> Supervisor.Assignment {
        let specification = ProcessSpecification(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        return Supervisor.Assignment(
            member: SupervisedMember(name: name, stage: stage, stopPatience: patience),
            work: .process(
                start: { try await ChildProcess.start(specification) },
                isReady: { true },
                diagnosis: { nil }
            )
        )
    }

    /// Runs members and asks to stop when a report says so.
    private static func run(
        _ assignments: [Supervisor.Assignment],
        policy: RestartPolicy = RestartPolicy(),
        stopAt isEnough: @escaping @Sendable ([SupervisionReport]) -> Bool
    ) async -> (SupervisionOutcome, [SupervisionReport]) {
        let (requests, operatorInput) = AsyncStream.makeStream(of: Supervisor.Request.self)
        let reports = Mutex<[SupervisionReport]>([])
        let supervisor = Supervisor(assignments: assignments, policy: policy) { report in
            let all = reports.withLock { reports in
                reports.append(report)
                return reports
            }
            if isEnough(all) { operatorInput.yield(.stop) }
        }
        let outcome = await supervisor.run(requests: requests)
        return (outcome, reports.withLock { $0 })
    }

    @Test func membersStartInOrderAndStopInReverse() async {
        let members = ["first", "second"].enumerated().map { Self.shell($1, stage: $0, "exec sleep 600") }
        let (outcome, reports) = await Self.run(members) { $0.last == .ready(member: "second") }
        #expect(outcome == .stopped)
        #expect(
            reports == [
                .starting(member: "first"), .ready(member: "first"),
                .starting(member: "second"), .ready(member: "second"),
                .stopping(member: "second"), .stopped(member: "second"),
                .stopping(member: "first"), .stopped(member: "first"),
            ]
        )
    }

    @Test func aCrashedProcessRunsAgain() async {
        var policy = RestartPolicy()
        policy.firstDelay = .milliseconds(1)
        let members = [Self.shell("crashing", stage: 0, "kill -SEGV $$")]
        let (outcome, reports) = await Self.run(members, policy: policy) { reports in
            reports.filter { $0 == .starting(member: "crashing") }.count == 4
        }
        #expect(outcome == .stopped || outcome == Self.failure(of: "crashing", "signal 11"))
        #expect(reports.contains { $0.isFailure(of: "crashing", "signal 11") })
    }

    @Test func aProcessThatRefusesItsSettingsEndsTheRun() async {
        let members = [Self.shell("steady", stage: 0, "exec sleep 600"), Self.shell("misset", stage: 1, "exit 2")]
        let (outcome, reports) = await Self.run(members) { _ in false }
        #expect(outcome == .failed(member: "misset", MemberFailure(message: "exit code 2", isFinal: true)))
        #expect(reports.last == .stopped(member: "steady"))
    }

    @Test func aProcessThatIgnoresTheSignalIsKilled() async {
        // It may be asked before its trap is set; then it ends at once, which is as good.
        let script = "trap '' TERM; exec sleep 600"
        let members = [Self.shell("deaf", stage: 0, script, patience: .milliseconds(50))]
        let (outcome, reports) = await Self.run(members) { $0.last == .ready(member: "deaf") }
        #expect(outcome == .stopped)
        #expect(reports.last == .stopped(member: "deaf"))
    }

    @Test func aMissingProgramEndsTheRunAfterSomeAttempts() async {
        var policy = RestartPolicy()
        policy.firstDelay = .milliseconds(1)
        let specification = ProcessSpecification(executable: "/nonexistent/mneme", arguments: [], environment: [:])
        let assignment = Supervisor.Assignment.program(name: "api", stage: 0, specification) { true }
        let (outcome, _) = await Self.run([assignment], policy: policy) { _ in false }
        guard case .failed("api", let failure) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.message.contains("cannot execute /nonexistent/mneme"))
    }

    @Test func aStepRunsBeforeWhatComesLater() async {
        let order = Mutex<[String]>([])
        let step = Supervisor.Assignment(
            member: SupervisedMember(name: "migrate", kind: .step, stage: 0),
            work: .step { order.withLock { $0.append("migrated") } }
        )
        let (outcome, reports) = await Self.run([step, Self.shell("api", stage: 1, "exec sleep 600")]) {
            $0.last == .ready(member: "api")
        }
        #expect(outcome == .stopped)
        #expect(order.withLock { $0 } == ["migrated"])
        #expect(
            reports.prefix(3) == [
                .starting(member: "migrate"), .completed(member: "migrate"), .starting(member: "api"),
            ]
        )
    }

    @Test func cancellingTheTaskStopsInOrder() async {
        let (started, startedInput) = AsyncStream.makeStream(of: Void.self)
        let supervisor = Supervisor(assignments: [Self.shell("api", stage: 0, "exec sleep 600")]) { report in
            if report == .ready(member: "api") { startedInput.finish() }
        }
        let run = Task { await supervisor.run(requests: AsyncStream<Supervisor.Request> { _ in }) }
        for await _ in started {}
        run.cancel()
        #expect(await run.value == .stopped)
    }

    private static func failure(of member: String, _ message: String) -> SupervisionOutcome {
        .failed(member: member, MemberFailure(message: message, isFinal: false))
    }
}

extension SupervisionReport {
    fileprivate func isFailure(of member: String, _ message: String) -> Bool {
        if case .failed(member, let failure, _) = self { failure.message == message } else { false }
    }
}
