internal import MemoryModel

/// A date in the words and figures that people ask with.
enum DateWords {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    // 1970-01-01 was a Thursday.
    private static let weekdays = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Such as `2026-03-01 Sunday 1 March 2026`, in UTC.
    static func words(of time: Timestamp) -> String {
        let date = time.dateDescription
        let parts = date.split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), months.indices.contains(month - 1), let day = Int(parts[2])
        else { return date }
        let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
        let days = remainder < 0 ? quotient - 1 : quotient
        let weekday = weekdays[Int((days % 7 + 7) % 7)]
        return "\(date) \(weekday) \(day) \(months[month - 1]) \(parts[0])"
    }
}
