import Synchronization

/// Makes UUIDv7 identifiers (RFC 9562, section 5.7) that rise strictly, also when the clock stands still or steps back.
///
/// The 48-bit milliseconds come from the injected clock; a 12-bit counter behind them keeps order within one
/// millisecond; the rest is random.
public final class IdentifierGenerator: Sendable {
    private struct State {
        var milliseconds: UInt64 = 0
        var counter: UInt64 = 0
        var random: any RandomNumberGenerator & Sendable
    }

    private let clock: any WallClock
    private let state: Mutex<State>

    /// Makes a generator on a clock and a source of randomness.
    public init(clock: any WallClock, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.clock = clock
        self.state = Mutex(State(random: random))
    }

    /// The next identifier; greater than every one made before by this generator.
    public func next<Noun>(_ noun: Noun.Type = Noun.self) -> Identifier<Noun> {
        let now = UInt64(max(0, clock.now.microseconds / 1000))
        return state.withLock { state in
            if now > state.milliseconds {
                state.milliseconds = now
                state.counter = UInt64(state.random.next() & 0x7FF)
            } else {
                state.counter += 1
                if state.counter > 0xFFF {
                    state.milliseconds += 1
                    state.counter = 0
                }
            }
            let high = state.milliseconds << 16 | 0x7000 | state.counter
            let low = 0x8000_0000_0000_0000 | (state.random.next() & 0x3FFF_FFFF_FFFF_FFFF)
            return Identifier<Noun>(high: high, low: low)
        }
    }
}
