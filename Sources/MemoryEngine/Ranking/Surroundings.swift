/// What the best of a thread, and the best close by, give to the candidates around them.
struct Surroundings {
    /// By candidate: the best of its thread or fork, itself included.
    private(set) var threads: [Float]
    /// By candidate: the best within a few steps, less with each step, itself left out.
    private(set) var around: [Float]

    /// Looks around candidates.
    ///
    /// - Parameters:
    ///   - candidates: The candidates.
    ///   - mixture: For each, words and meaning in one number.
    init(_ candidates: [Candidate], mixture: [Float]) {
        threads = mixture
        around = [Float](repeating: 0, count: candidates.count)
        var groups: [UInt64: [Int]] = [:]
        for (index, candidate) in candidates.enumerated() {
            if let sequence = candidate.sequence { groups[sequence, default: []].append(index) }
        }
        for members in groups.values where members.count > 1 {
            let best = members.reduce(0) { max($0, mixture[$1]) }
            for member in members { threads[member] = best }
            let ordered = members.map { (index: $0, position: candidates[$0].record.position ?? 0) }
                .sorted { ($0.position, $0.index) < ($1.position, $1.index) }
            for (place, member) in ordered.enumerated() {
                for other in ordered[(place + 1)...] {
                    let steps = other.position - member.position
                    guard steps <= Int64(RankingWeights.surroundingSteps) else { break }
                    let fading = Self.fading(Int(max(1, steps)))
                    around[member.index] = max(around[member.index], mixture[other.index] * fading)
                    around[other.index] = max(around[other.index], mixture[member.index] * fading)
                }
            }
        }
    }

    private static func fading(_ steps: Int) -> Float {
        (0..<steps).reduce(1) { fading, _ in fading * RankingWeights.fadingOfAStep }
    }
}
