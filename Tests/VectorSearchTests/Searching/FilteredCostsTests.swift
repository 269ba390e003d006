import Testing
import VectorSearch

struct FilteredCostsTests {
    @Test func fewMatchesAreScannedAndManyAreWalkedOver() {
        let few = FilteredCosts(matches: 1_000, slots: 100_000, effort: 64)
        #expect(few.isScanCertain && few.way(shareNearby: 1) == .scan)
        let some = FilteredCosts(matches: 10_000, slots: 100_000, effort: 64)
        #expect(!some.isScanCertain && some.way(shareNearby: 0.1) == .overMatches(effort: 128))
        let many = FilteredCosts(matches: 50_000, slots: 100_000, effort: 64)
        #expect(many.way(shareNearby: 0.5) == .overAll(effort: 56, width: 168))
    }

    @Test func matchesThatKeepAwayFromTheQueryAreScanned() {
        let costs = FilteredCosts(matches: 50_000, slots: 100_000, effort: 64)
        #expect(costs.way(shareNearby: 0.1) == .scan)
        #expect(costs.way(shareNearby: 0) == .scan)
        #expect(FilteredCosts(matches: 0, slots: 0, effort: 1).way(shareNearby: 0) == .scan)
    }

    @Test func aWalkThatWouldCompareMoreThanAllMatchesIsNotBegun() {
        let costs = FilteredCosts(matches: 10_000, slots: 100_000, effort: 128)
        #expect(!costs.isScanCertain && costs.way(shareNearby: 0.1) == .scan)
        #expect(costs.way(shareNearby: 0.9) != .scan)
        #expect(costs.budget < costs.matches)
    }
}
