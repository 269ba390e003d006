internal import CurlTransport

/// How long an answer asks the client to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
enum ServerDelay {
    static func read(_ response: HTTPResponse) -> Duration? {
        if let text = response.header("retry-after-ms"), let value = Double(text) {
            return duration(seconds: value / 1000)
        }
        guard let text = response.header("retry-after") else { return nil }
        if let value = Double(text) { return duration(seconds: value) }
        // The server's own clock tells how far away its date is; ours may be wrong.
        guard let then = HTTPDate.seconds(text), let now = response.header("date").flatMap(HTTPDate.seconds) else {
            return nil
        }
        return .seconds(max(then - now, 0))
    }

    private static func duration(seconds: Double) -> Duration? {
        seconds.isFinite && seconds >= 0 ? .seconds(min(seconds, 1e9)) : nil
    }
}

/// Dates as HTTP servers write them: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970, or `nil` for any other form.
    static func seconds(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let day = Int(words[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[2])),
            let year = Int(words[3]), (1970...9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        return days(year: year, month: month + 1, day: day) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day comes last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = month > 2 ? month - 3 : month + 9
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
    }
}
