import PostgresDriver
import Testing

private typealias Machine = PoolStateMachine<SplitMix>

private func machine(minimum: Int = 1, maximum: Int = 2, seed: UInt64 = 1) -> Machine {
    let limits = Machine.Limits(
        minimum: minimum,
        maximum: maximum,
        idleTimeout: .seconds(60),
        backoff: ConnectBackoff(initial: .milliseconds(100), maximum: .seconds(5))
    )
    return Machine(limits: limits, random: SplitMix(seed: seed))
}

private func connection(_ number: Int) -> ConnectionID { ConnectionID(rawValue: number) }
private func waiter(_ number: Int) -> WaiterID { WaiterID(rawValue: number) }

struct PoolStateMachineTests {
    private let start = ContinuousClock.now

    @Test func startOpensTheMinimum() {
        var pool = machine(minimum: 2, maximum: 5)
        #expect(pool.start(now: start) == [.connect(connection(1)), .connect(connection(2))])
        #expect(pool.connectingCount == 2)
    }

    @Test func aFreeConnectionIsGrantedAtOnce() {
        var pool = machine()
        _ = pool.start(now: start)
        _ = pool.connected(connection(1), now: start)
        #expect(pool.lease(waiter(1), until: start + .seconds(1), now: start) == [.grant(waiter(1), connection(1))])
        #expect(pool.leasedCount == 1)
        #expect(pool.release(connection(1), isReusable: true, now: start).isEmpty)
        #expect(pool.idleCount == 1)
    }

    @Test func waitersAreServedInOrderOfArrival() {
        var pool = machine(minimum: 1, maximum: 1)
        _ = pool.start(now: start)
        for number in 1...3 { _ = pool.lease(waiter(number), until: start + .seconds(9), now: start) }
        #expect(pool.connected(connection(1), now: start).contains(.grant(waiter(1), connection(1))))
        #expect(pool.cancel(waiter(2)) == [.fail(waiter(2), .cancelled)])
        let actions = pool.release(connection(1), isReusable: true, now: start)
        #expect(actions == [.grant(waiter(3), connection(1))])
    }

    @Test func aWaiterFailsAtItsMoment() {
        var pool = machine(minimum: 1, maximum: 1)
        _ = pool.start(now: start)
        _ = pool.connected(connection(1), now: start)
        _ = pool.lease(waiter(1), until: start + .seconds(1), now: start)
        let actions = pool.lease(waiter(2), until: start + .seconds(2), now: start)
        #expect(actions == [.wake(start + .seconds(2))])
        #expect(pool.tick(now: start + .seconds(2)) == [.fail(waiter(2), .exhausted)])
        #expect(pool.lease(waiter(3), until: start, now: start) == [.fail(waiter(3), .exhausted)])
    }

    @Test func aServerThatCannotBeReachedIsToldApartFromAFullPool() {
        var pool = machine(minimum: 1, maximum: 1)
        _ = pool.start(now: start)
        _ = pool.connectFailed(connection(1), now: start)
        _ = pool.lease(waiter(1), until: start + .milliseconds(10), now: start)
        #expect(pool.tick(now: start + .milliseconds(10)).contains(.fail(waiter(1), .unreachable)))
    }

    @Test func failedAttemptsAreRepeatedOneAtATimeAfterADelay() throws {
        var pool = machine(minimum: 3, maximum: 5)
        _ = pool.start(now: start)
        let first = pool.connectFailed(connection(1), now: start)
        guard case .wake(let retryAt)? = first.first else {
            Issue.record("no moment for the next attempt")
            return
        }
        #expect(retryAt >= start + .milliseconds(50) && retryAt <= start + .milliseconds(100))
        #expect(pool.connectFailed(connection(2), now: start).isEmpty)
        #expect(pool.connectFailed(connection(3), now: start).isEmpty)
        #expect(pool.tick(now: retryAt) == [.connect(connection(4))])
        #expect(
            pool.connected(connection(4), now: retryAt) == [.connect(connection(5)), .connect(connection(6))]
        )
    }

    @Test func aConnectionThatIsNotReusableIsClosedAndReplaced() {
        var pool = machine()
        _ = pool.start(now: start)
        _ = pool.connected(connection(1), now: start)
        _ = pool.lease(waiter(1), until: start + .seconds(1), now: start)
        let actions = pool.release(connection(1), isReusable: false, now: start)
        #expect(actions == [.close(connection(1)), .connect(connection(2))])
    }

    @Test func aConnectionThatBreaksInUseIsClosedWhenGivenBack() {
        var pool = machine()
        _ = pool.start(now: start)
        _ = pool.connected(connection(1), now: start)
        _ = pool.lease(waiter(1), until: start + .seconds(1), now: start)
        #expect(pool.lost(connection(1), now: start).isEmpty)
        let actions = pool.release(connection(1), isReusable: true, now: start)
        #expect(actions == [.close(connection(1)), .connect(connection(2))])
    }

    @Test func unusedConnectionsAboveTheMinimumAreClosed() {
        var pool = machine(minimum: 1, maximum: 2)
        _ = pool.start(now: start)
        _ = pool.lease(waiter(1), until: start + .seconds(9), now: start)
        _ = pool.lease(waiter(2), until: start + .seconds(9), now: start)
        _ = pool.connected(connection(1), now: start)
        _ = pool.connected(connection(2), now: start)
        _ = pool.release(connection(1), isReusable: true, now: start)
        _ = pool.release(connection(2), isReusable: true, now: start + .seconds(1))
        #expect(pool.tick(now: start + .seconds(59)).allSatisfy { $0 == .wake(start + .seconds(60)) })
        #expect(pool.tick(now: start + .seconds(60)).contains(.close(connection(1))))
        #expect(pool.idleCount == 1)
        #expect(pool.tick(now: start + .seconds(600)).isEmpty)
    }

    @Test func shutDownEndsWhenTheLastConnectionIsBack() {
        var pool = machine(minimum: 1, maximum: 1)
        _ = pool.start(now: start)
        _ = pool.connected(connection(1), now: start)
        _ = pool.lease(waiter(1), until: start + .seconds(1), now: start)
        _ = pool.lease(waiter(2), until: start + .seconds(1), now: start)
        #expect(pool.shutDown() == [.fail(waiter(2), .closed)])
        #expect(pool.shutDown().isEmpty)
        #expect(pool.lease(waiter(3), until: start + .seconds(1), now: start) == [.fail(waiter(3), .closed)])
        #expect(pool.release(connection(1), isReusable: true, now: start) == [.close(connection(1)), .ended])
    }
}
