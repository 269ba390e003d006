import CVectorKernels

/// A random rotation, the same for one dimension always, that spreads a vector's length evenly over its components.
///
/// Signs and Hadamard transforms by turns (Ailon and Chazelle 2009): n log n steps, where a dense matrix takes n squared.
@safe
struct CodeRotation: Sendable {
    /// Four rounds, two over each end, bring every component into every other.
    private static let rounds = 4

    private let dimension: Int
    /// 1 or -1 for each round and component.
    private let signs: [Float]

    init(dimension: Int) {
        self.dimension = dimension
        var state: UInt64 = 0x6D6E_656D_6500_0002
        signs = (0..<Self.rounds * dimension).map { _ in
            // SplitMix64 (Steele, Lea and Flood, 2014).
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return (z ^ (z >> 31)) >> 63 == 0 ? 1 : -1
        }
    }

    /// Turns a vector of the dimension in place.
    func rotate(_ vector: UnsafeMutablePointer<Float>) {
        unsafe signs.withUnsafeBufferPointer { signs in
            guard let signs = signs.baseAddress else { return }
            unsafe cvk_rotate(vector, dimension, signs, Self.rounds)
        }
    }
}
