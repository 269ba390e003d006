/// Which way of searching under a filter costs least.
///
/// Costs are in comparisons of a gathered code, about 24 ns for 384 components. The factors were measured on 100,000 sentence
/// embeddings with filters that are random, near the query and far from it (docs/decisions/0007-filtered-search.md).
package struct FilteredCosts {
    /// Matches among all slots.
    package let matches: Int
    package let slots: Int
    /// Candidates that the caller wants kept.
    package let effort: Int

    package init(matches: Int, slots: Int, effort: Int) {
        self.matches = matches
        self.slots = slots
        self.effort = effort
    }

    /// How a search goes on.
    package enum Way: Equatable {
        /// Compares all matches.
        case scan
        /// Walks over all nodes and keeps the `effort` nearest matches; `width` candidates wait at most.
        case overAll(effort: Int, width: Int)
        /// Walks from match to match, across other nodes.
        case overMatches(effort: Int)
    }

    /// Whether matches are so few that no walk is worth its beginning.
    package var isScanCertain: Bool { matches <= Self.walkStart + 25 * effort }

    /// The way to go on, from the share of matches about the node nearest to the query.
    ///
    /// Where it is far below the share of matches among all, the filter keeps away from the query: a walk would find matches that
    /// are near by its own lights and miss nearer ones elsewhere.
    package func way(shareNearby share: Double) -> Way {
        let overall = Double(matches) / Double(max(1, slots))
        guard !isScanCertain, share >= Self.leastRelativeShare * overall else { return .scan }
        if share >= Self.leastShareForAll {
            // A match in `share` of the candidates; keeping a few less of them than of all finds as much.
            let kept = max(1, effort * 7 / 8)
            let width = Int((Double(kept) / share).rounded(.up))
            return width * 30 + Self.walkStart < matches ? .overAll(effort: kept, width: width * 3 / 2) : .scan
        }
        // The links among matches are worse than a graph built of them alone would have; twice the candidates make up for it.
        let kept = effort * 2
        return kept * 50 + Self.walkStart < matches ? .overMatches(effort: kept) : .scan
    }

    /// Comparisons after which a walk is given up: what it cost must not be much beside the scan that follows.
    package var budget: Int { matches / 2 }

    private static let walkStart = 450
    private static let leastRelativeShare = 0.45
    private static let leastShareForAll = 0.25
}
