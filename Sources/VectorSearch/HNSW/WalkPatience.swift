/// When a walk ends before its pool is all expanded.
///
/// It ends once the next candidate lies farther than `1 + slack` times as far as the last of the results so far
/// (Al-Jazzazi and others 2025, distance-adaptive beam search).
/// A fixed number of candidates spends as much on an easy query as on a hard one; this spends on each what its surroundings ask for.
struct WalkPatience {
    /// How many of the nearest candidates are results; removed ones among them count.
    let results: Int
    /// The reach is `factor * distance + offset`, in the distances that walks compare.
    private let factor: Float
    private let offset: Float

    /// Candidates that a patient walk keeps at most: what bounds the cost of a query far from everything.
    static func mostCandidates(k: Int) -> Int { unsafe min(GraphWalk.largestPool, max(256, 4 * k)) }

    /// - Parameters:
    ///   - slack: By how much the next candidate may be farther, as a share of the last result's Euclidean distance.
    ///   - results: How many results are sought.
    ///   - metric: Cosine or Euclidean; nil comes back for the inner product, which has no distance.
    init?(slack: Float, results: Int, metric: Metric) {
        let factor = (1 + slack) * (1 + slack)
        switch metric {
        case .euclidean: offset = 0
        // Unit vectors lie 2 - 2 cos apart, squared, and -cos is what is compared.
        case .cosine: offset = factor - 1
        case .innerProduct: return nil
        }
        self.factor = factor
        self.results = results
    }

    /// The farthest that a candidate may lie where the last result lies at `distance`.
    @inline(__always)
    func reach(beyond distance: Float) -> Float { factor * distance + offset }
}
