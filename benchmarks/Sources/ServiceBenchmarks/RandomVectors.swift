import Foundation

/// Unit vectors in random directions, written as JSON.
struct RandomVectors: Sendable {
    let model: String
    let dimensions: Int

    /// An `embedding` as the API takes it.
    func embedding() -> [String: Any] {
        var vector = (0..<dimensions).map { _ in Self.normal() }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Six digits are more than the index keeps.
        vector = vector.map { ($0 / length * 1e6).rounded() / 1e6 }
        return ["model": model, "vector": vector]
    }

    /// Box and Muller.
    private static func normal() -> Double {
        let (first, second) = (Double.random(in: .leastNonzeroMagnitude..<1), Double.random(in: 0..<1))
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }
}
