import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct TimestampTests {
    @Test func textFormsOfRandomTimesReadBack() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<5_000 {
            // Years 1 to 9999.
            let microseconds = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator)
            let time = Timestamp(microseconds: microseconds)
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T23:59:59.999999Z", -1),
            ("2000-02-29T12:00:00.5Z", 951_825_600_500_000), ("2026-03-02t09:00:00z", 1_772_442_000_000_000),
            ("2026-03-02 09:00:00Z", 1_772_442_000_000_000), ("2026-03-02T09:00:00.123456789Z", 1_772_442_000_123_456),
        ] as [(String, Int64)]
    )
    func dateTimesWithAZoneAreRead(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026-03-02", "2026-03-02T09:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-03-02T24:00:00Z", "2026-03-02T09:60:00Z", "2026-03-02T09:00:00.Z", "2026-03-02T09:00:00+0200",
        "2026-03-02T09:00:00Z ", "26-03-02T09:00:00Z", "2026-03-02T09:00:00.1234567890Z",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(Timestamp(text) == nil)
    }
}
