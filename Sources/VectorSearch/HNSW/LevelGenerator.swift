#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Draws a node's highest level: `floor(-ln(uniform) * 1 / ln(M))`, the paper's exponential distribution.
///
/// The draw depends on seed and slot alone, so a graph that was written, read and continued gets the levels it would have
/// had anyway.
package struct LevelGenerator: Sendable {
    private let seed: UInt64
    private let scale: Double

    package init(_ parameters: GraphParameters) {
        seed = parameters.seed
        scale = 1 / log(Double(parameters.maximumLinks))
    }

    package func level(of slot: UInt32) -> Int {
        let uniform = (Double(mixed(slot) >> 11) + 1) * 0x1p-53
        return min(HNSWGraph.highestLevel, Int(-log(uniform) * scale))
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014), at the slot's place in its sequence.
    private func mixed(_ slot: UInt32) -> UInt64 {
        var z = seed &+ (UInt64(slot) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
