import Testing
import VectorSearch

struct RankedSlotTests {
    @Test func wordsOrderAsDistancesAndThenSlotsDo() {
        let distances: [Float] = [
            -.greatestFiniteMagnitude, -1e10, -1, -0.5, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 0.5, 1,
            1e10, .greatestFiniteMagnitude,
        ]
        for (place, distance) in distances.enumerated() {
            let ranked = RankedSlot(distance: distance, slot: 7)
            #expect(ranked.distance == distance)
            #expect(ranked.slot == 7)
            #expect(ranked < RankedSlot(distance: distance, slot: 8))
            for farther in distances[(place + 1)...] {
                #expect(ranked < RankedSlot(distance: farther, slot: 0))
            }
        }
    }
}
