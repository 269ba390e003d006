import ServiceAssembly
import Testing

struct SupervisorStateMachineTests {
    private static let members = [
        SupervisedMember(name: "postgres", stage: 0, stopSignal: .interrupt, urgentSignal: .quit, reloads: true),
        SupervisedMember(name: "migrate", kind: .step, stage: 1),
        SupervisedMember(name: "api", stage: 2),
        SupervisedMember(name: "worker", stage: 2),
    ]
    private static let crash = MemberFailure(message: "signal 11", isFinal: false)

    /// A machine in which all members run.
    private static func running() -> SupervisorStateMachine {
        var machine = SupervisorStateMachine(members: members)
        let events: [SupervisorStateMachine.Event] = [
            .begin, .launched(0), .ready(0), .launched(1), .ended(1, nil),
            .launched(2), .launched(3), .ready(2), .ready(3),
        ]
        for event in events { _ = machine.handle(event, now: .zero) }
        return machine
    }

    private static func launches(_ actions: [SupervisorStateMachine.Action]) -> [Int] {
        actions.compactMap { if case .launch(let index) = $0 { index } else { nil } }
    }

    private static func timer(_ actions: [SupervisorStateMachine.Action]) -> (SupervisorStateMachine.Timer, Duration)? {
        for case .schedule(let timer, let delay) in actions { return (timer, delay) }
        return nil
    }

    @Test func stagesStartWhenTheEarlierOnesAreReady() {
        var machine = SupervisorStateMachine(members: Self.members)
        #expect(Self.launches(machine.handle(.begin, now: .zero)) == [0])
        #expect(machine.handle(.launched(0), now: .zero) == [.awaitReadiness(0)])
        #expect(Self.launches(machine.handle(.ready(0), now: .zero)) == [1])
        #expect(machine.handle(.launched(1), now: .zero).isEmpty)
        #expect(Self.launches(machine.handle(.ended(1, nil), now: .zero)) == [2, 3])
    }

    @Test func aCrashedMemberStartsAgainAfterAGrowingPause() throws {
        var machine = Self.running()
        var pauses: [Duration] = []
        for _ in 0..<9 {
            let (timer, pause) = try #require(Self.timer(machine.handle(.ended(2, Self.crash), now: .zero)))
            pauses.append(pause)
            #expect(Self.launches(machine.handle(.timer(timer), now: .zero)) == [2])
            _ = machine.handle(.launched(2), now: .zero)
        }
        #expect(pauses == [0.5, 1, 2, 4, 8, 16, 30, 60, 60].map { .seconds($0) })
    }

    @Test func aLastingFaultIsReportedOnce() throws {
        var machine = Self.running()
        var reports = 0
        for _ in 0..<20 {
            let actions = machine.handle(.ended(2, Self.crash), now: .zero)
            reports += actions.filter { if case .report(.keepsFailing) = $0 { true } else { false } }.count
            let (timer, _) = try #require(Self.timer(actions))
            _ = machine.handle(.timer(timer), now: .zero)
            _ = machine.handle(.launched(2), now: .zero)
        }
        #expect(reports == 1)
    }

    @Test func aMemberThatRanLongStartsAgainQuickly() throws {
        var machine = Self.running()
        var now = Duration.zero
        for _ in 0..<5 {
            now += .seconds(61)
            let (timer, pause) = try #require(Self.timer(machine.handle(.ended(2, Self.crash), now: now)))
            #expect(pause == .milliseconds(500))
            _ = machine.handle(.timer(timer), now: now)
            _ = machine.handle(.launched(2), now: now)
        }
    }

    @Test func aFinalFailureEndsTheRun() {
        var machine = Self.running()
        let failure = MemberFailure(message: "exit code 2", isFinal: true)
        let actions = machine.handle(.ended(2, failure), now: .zero)
        #expect(actions.contains(.send(.terminate, 3)))
        _ = machine.handle(.ended(3, Self.crash), now: .zero)
        let last = machine.handle(.ended(0, Self.crash), now: .zero)
        #expect(last.last == .finish(.failed(member: "api", failure)))
    }

    @Test func aMemberThatNeverBecomesReadyEndsTheRun() throws {
        var machine = SupervisorStateMachine(members: Self.members)
        _ = machine.handle(.begin, now: .zero)
        var last: [SupervisorStateMachine.Action] = []
        for _ in 0..<RestartPolicy().startAttempts {
            _ = machine.handle(.launched(0), now: .zero)
            last = machine.handle(.ended(0, Self.crash), now: .zero)
            if let (timer, _) = Self.timer(last) { _ = machine.handle(.timer(timer), now: .zero) }
        }
        #expect(last == [.finish(.failed(member: "postgres", Self.crash))])
    }

    @Test func aStepThatFailsWhileItsDatabaseIsAwayIsTriedUntilThatIsBack() throws {
        var machine = SupervisorStateMachine(members: Self.members)
        let events: [SupervisorStateMachine.Event] = [.begin, .launched(0), .ready(0), .launched(1)]
        for event in events { _ = machine.handle(event, now: .zero) }
        let (restart, _) = try #require(Self.timer(machine.handle(.ended(0, Self.crash), now: .zero)))
        for _ in 0..<20 {
            let (timer, pause) = try #require(Self.timer(machine.handle(.ended(1, Self.crash), now: .zero)))
            #expect(pause == .milliseconds(500))
            #expect(Self.launches(machine.handle(.timer(timer), now: .zero)) == [1])
            _ = machine.handle(.launched(1), now: .zero)
        }
        #expect(Self.launches(machine.handle(.timer(restart), now: .zero)) == [0])
        _ = machine.handle(.launched(0), now: .zero)
        _ = machine.handle(.ready(0), now: .zero)
        #expect(Self.launches(machine.handle(.ended(1, nil), now: .zero)) == [2, 3])
    }

    @Test func stoppingGoesBackwards() {
        var machine = Self.running()
        let first = machine.handle(.stop, now: .zero)
        #expect(first.contains(.send(.terminate, 2)))
        #expect(first.contains(.send(.terminate, 3)))
        #expect(!first.contains(.send(.interrupt, 0)))
        #expect(!machine.handle(.ended(2, Self.crash), now: .zero).contains(.send(.interrupt, 0)))
        #expect(machine.handle(.ended(3, Self.crash), now: .zero).contains(.send(.interrupt, 0)))
        #expect(machine.handle(.ended(0, nil), now: .zero).last == .finish(.stopped))
    }

    @Test func aMemberThatDoesNotStopIsKilled() throws {
        var machine = Self.running()
        let actions = machine.handle(.stop, now: .zero)
        let (timer, patience) = try #require(Self.timer(actions))
        #expect(patience == .seconds(15))
        #expect(machine.handle(.timer(timer), now: patience).contains(.send(.kill, timer.member)))
    }

    @Test func aSecondStopIsUrgent() {
        var machine = Self.running()
        _ = machine.handle(.stop, now: .zero)
        let second = machine.handle(.stop, now: .zero)
        #expect(second.contains(.send(.kill, 2)))
        #expect(second.contains(.send(.kill, 3)))
        _ = machine.handle(.ended(2, Self.crash), now: .zero)
        #expect(machine.handle(.ended(3, Self.crash), now: .zero).contains(.send(.quit, 0)))
        #expect(machine.handle(.stop, now: .zero).isEmpty)
    }

    @Test func aStopDuringAStartWaitsForTheProcess() {
        var machine = SupervisorStateMachine(members: Self.members)
        _ = machine.handle(.begin, now: .zero)
        let stop = machine.handle(.stop, now: .zero)
        #expect(!stop.contains { if case .send = $0 { true } else { false } })
        #expect(machine.handle(.launched(0), now: .zero) == [.send(.interrupt, 0)])
        #expect(machine.handle(.ended(0, nil), now: .zero).last == .finish(.stopped))
    }

    @Test func aRestartThatWaitsIsDroppedByAStop() throws {
        var machine = Self.running()
        let (timer, _) = try #require(Self.timer(machine.handle(.ended(2, Self.crash), now: .zero)))
        _ = machine.handle(.stop, now: .zero)
        #expect(machine.handle(.timer(timer), now: .seconds(1)).isEmpty)
    }

    @Test func onlyMembersThatReloadGetTheSignal() {
        var machine = Self.running()
        #expect(machine.handle(.reload, now: .zero) == [.send(.hangUp, 0)])
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func whateverHappensTheRunEndsInOrderAndLeavesNothing(seed: UInt64) {
        var simulation = SimulatedMachine(members: Self.members, seed: seed)
        simulation.startFailures = Int(seed % 5) * 10
        simulation.crashes = Int(seed % 7) * 15
        simulation.deafness = Int(seed % 3) * 40
        let stop = Duration.milliseconds(Int64(seed) * Int64(seed) * 5)
        simulation.run(stopAt: stop, urgently: seed % 2 == 0)
        #expect(simulation.violations == [])
        #expect(simulation.alive.isEmpty)
        #expect(simulation.outcome != nil)
    }
}
