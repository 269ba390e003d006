internal import Foundation

/// Marks down what comes after others of its thread, so that a question whose answer is spread over several threads finds them.
///
/// A thread's best lifts all of it, which puts whole threads first; each further message of one is worth less than the one before.
enum Crowding {
    /// From so many of a thread on, the mark is full.
    private static let most: Float = 5

    /// Puts the mark on candidates, and orders them anew.
    ///
    /// - Parameters:
    ///   - candidates: Best first; stays so.
    ///   - weights: What the mark is worth.
    static func apply(to candidates: inout [Candidate], weights: RankingWeights) {
        var counts: [UInt64: Int] = [:]
        for index in candidates.indices where candidates[index].retirement == nil {
            guard let sequence = candidates[index].sequence else { continue }
            let place = counts[sequence, default: 0] + 1
            counts[sequence] = place
            guard place > 1 else { continue }
            let mark = min(1, log(Float(place)) / log(most))
            candidates[index].signals[.crowded] = mark
            candidates[index].score += mark * weights[.crowded]
        }
        candidates.sort(by: Ranking.precedes)
    }
}
