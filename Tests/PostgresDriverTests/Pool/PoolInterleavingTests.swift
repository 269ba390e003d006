import PostgresDriver
import Testing

/// Plays the world around the state machine: a server, callers and a clock, all by one seed.
///
/// It throws on any action that the world could not carry out.
private struct World {
    struct Impossible: Error {
        let action: String
    }

    let minimum: Int
    let maximum: Int
    var pool: PoolStateMachine<SplitMix>
    var random: SplitMix
    var now = ContinuousClock.now
    var opening: Set<ConnectionID> = []
    var open: Set<ConnectionID> = []
    var leases: [ConnectionID: WaiterID] = [:]
    /// In order of arrival, with the moment until which each waits.
    var waiting: [(id: WaiterID, until: ContinuousClock.Instant)] = []
    var wakes: [ContinuousClock.Instant] = []
    var lastWaiter = 0
    var isClosing = false
    var hasEnded = false

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        maximum = Int.random(in: 1...6, using: &random)
        minimum = Int.random(in: 0...maximum, using: &random)
        let limits = PoolStateMachine<SplitMix>.Limits(
            minimum: minimum,
            maximum: maximum,
            idleTimeout: .seconds(5),
            backoff: ConnectBackoff(initial: .milliseconds(100), maximum: .seconds(1))
        )
        pool = PoolStateMachine(limits: limits, random: SplitMix(seed: ~seed))
    }

    mutating func carryOut(_ actions: [PoolStateMachine<SplitMix>.Action]) throws {
        for action in actions {
            let isPossible =
                switch action {
                case .connect(let id): !isClosing && opening.insert(id).inserted && !open.contains(id)
                case .close(let id): open.remove(id) != nil && leases[id] == nil
                case .grant(let waiter, let id): grant(waiter, id)
                case .fail(let waiter, let failure): fail(waiter, failure)
                case .wake(let moment): remember(moment)
                case .ended: end()
                }
            guard isPossible else { throw Impossible(action: "\(action)") }
        }
        try check()
    }

    private mutating func grant(_ waiter: WaiterID, _ id: ConnectionID) -> Bool {
        // First come, first served.
        guard let first = waiting.first, first.id == waiter, open.contains(id), leases[id] == nil else { return false }
        waiting.removeFirst()
        leases[id] = waiter
        return true
    }

    private mutating func fail(_ waiter: WaiterID, _ failure: PoolStateMachine<SplitMix>.WaitFailure) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.id == waiter }) else { return false }
        let until = waiting.remove(at: index).until
        return switch failure {
        case .exhausted, .unreachable: until <= now
        case .closed: isClosing
        case .cancelled: true
        }
    }

    private mutating func remember(_ moment: ContinuousClock.Instant) -> Bool {
        wakes.append(moment)
        return true
    }

    private mutating func end() -> Bool {
        guard isClosing, !hasEnded, open.isEmpty, opening.isEmpty else { return false }
        hasEnded = true
        return true
    }

    private func check() throws {
        let isSound =
            open.count + opening.count <= maximum && pool.leasedCount == leases.count
            && pool.connectingCount == opening.count && pool.waitingCount == waiting.count
            && pool.idleCount == open.count - leases.count
            // Nobody waits while a connection is free.
            && (waiting.isEmpty || pool.idleCount == 0)
            // Whoever waits for the clock has asked for it.
            && waiting.allSatisfy { waiter in wakes.contains { $0 <= waiter.until } }
        guard isSound else { throw Impossible(action: "state") }
    }

    mutating func step() throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7: try arrive()
        case 7..<12: try giveBack()
        case 12..<15: try answerOpening(succeeds: Int.random(in: 0..<4, using: &random) > 0)
        case 15: try breakOne()
        case 16: try giveUp()
        default: try pass(.milliseconds(Int.random(in: 1...2_000, using: &random)))
        }
    }

    private mutating func arrive() throws {
        lastWaiter += 1
        let id = WaiterID(rawValue: lastWaiter)
        let until = now + .milliseconds(Int.random(in: 0...3_000, using: &random))
        waiting.append((id, until))
        try carryOut(pool.lease(id, until: until, now: now))
    }

    private mutating func giveBack() throws {
        guard let id = leases.keys.sorted().randomElement(using: &random) else { return }
        leases[id] = nil
        try carryOut(pool.release(id, isReusable: Int.random(in: 0..<4, using: &random) > 0, now: now))
    }

    mutating func answerOpening(succeeds: Bool) throws {
        guard let id = opening.sorted().randomElement(using: &random) else { return }
        opening.remove(id)
        if succeeds {
            open.insert(id)
            try carryOut(pool.connected(id, now: now))
        } else {
            try carryOut(pool.connectFailed(id, now: now))
        }
    }

    private mutating func breakOne() throws {
        guard let id = open.sorted().randomElement(using: &random) else { return }
        // A leased one is closed when given back, a free one is gone at once.
        if leases[id] == nil { open.remove(id) }
        try carryOut(pool.lost(id, now: now))
    }

    private mutating func giveUp() throws {
        guard let waiter = waiting.randomElement(using: &random) else { return }
        try carryOut(pool.cancel(waiter.id))
    }

    /// Lets time pass, and rings at every moment that was asked for.
    mutating func pass(_ duration: Duration) throws {
        let end = now + duration
        while let next = wakes.min(), next <= end {
            wakes.removeAll { $0 <= next }
            now = max(now, next)
            let actions = pool.tick(now: now)
            // Moments asked for by the tick itself count before its state is checked.
            try carryOut(actions)
        }
        now = end
    }

    mutating func settle() throws {
        for _ in 0..<200 {
            while !opening.isEmpty { try answerOpening(succeeds: true) }
            while let id = leases.keys.sorted().first {
                leases[id] = nil
                try carryOut(pool.release(id, isReusable: true, now: now))
            }
            try pass(.seconds(1))
        }
    }

    mutating func shutDown() throws {
        isClosing = true
        try carryOut(pool.shutDown())
        while !opening.isEmpty { try answerOpening(succeeds: true) }
        while let id = leases.keys.sorted().first {
            leases[id] = nil
            try carryOut(pool.release(id, isReusable: true, now: now))
        }
    }
}

struct PoolInterleavingTests {
    @Test(arguments: 0..<20)
    func everyInterleavingIsSound(hundred: UInt64) throws {
        for seed in hundred * 250..<(hundred + 1) * 250 {
            var world = World(seed: seed)
            try world.carryOut(world.pool.start(now: world.now))
            for _ in 0..<200 { try world.step() }
            try world.settle()
            // With a server that answers and nobody about, exactly the minimum is left.
            #expect(world.waiting.isEmpty, "seed \(seed)")
            #expect(world.open.count == world.minimum, "seed \(seed)")
            for _ in 0..<20 { try world.step() }
            try world.shutDown()
            #expect(world.hasEnded && world.open.isEmpty && world.waiting.isEmpty, "seed \(seed)")
        }
    }
}
