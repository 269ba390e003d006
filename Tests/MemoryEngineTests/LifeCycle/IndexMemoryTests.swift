import MemoryEngine
import Testing

@Suite struct IndexMemoryTests {
    private static func reserved(_ answer: IndexMemory.Answer) -> IndexReservation? {
        if case .reserved(let reservation) = answer { return reservation }
        return nil
    }

    @Test func bytesCountUntilTheirLastHolderLetsGo() throws {
        let memory = IndexMemory(limit: 100)
        do {
            let first = try #require(Self.reserved(memory.reserveWithinLimit(60)))
            #expect(memory.byteCount == 60)
            guard case .full = memory.reserveWithinLimit(50) else {
                Issue.record("more was reserved than there is")
                return
            }
            withExtendedLifetime(first) {}
        }
        #expect(memory.byteCount == 0)
        #expect(Self.reserved(memory.reserveWithinLimit(100)) != nil)
    }

    @Test func whatIsExpectedCountsUntilItIsKnown() {
        let memory = IndexMemory(limit: 100)
        let reservation = memory.reserve(40)
        reservation.note(10)
        #expect(memory.byteCount == 40)
        reservation.note(55)
        #expect(memory.byteCount == 55)
        reservation.settle()
        reservation.note(30)
        #expect(memory.byteCount == 30)
        reservation.expect(50)
        #expect(memory.byteCount == 80)
        reservation.note(90)
        reservation.settle()
        #expect(memory.byteCount == 90)
    }

    @Test func whatLeavesMakesRoomOnlyWhenItIsGone() throws {
        let memory = IndexMemory(limit: 100)
        var leaving: IndexReservation? = memory.reserve(80)
        leaving?.depart(true)
        #expect(!memory.isOverLimit)
        guard case .soon = memory.reserveWithinLimit(50) else {
            Issue.record("it is not seen that room is about to be made")
            return
        }
        leaving?.note(90)
        leaving = nil
        #expect(memory.byteCount == 0)
        let next = memory.reserve(130)
        #expect(memory.isOverLimit)
        next.depart(true)
        #expect(!memory.isOverLimit)
        next.depart(false)
        #expect(memory.isOverLimit)
    }

    @Test func withoutALimitEverythingFits() {
        let memory = IndexMemory(limit: nil)
        #expect(Self.reserved(memory.reserveWithinLimit(.max / 2)) != nil)
        #expect(!memory.isOverLimit)
    }
}
