internal import CLibCurl

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

extension SocketAddress {
    /// The address part of what libcurl is about to connect to; empty for families other than IPv4 and IPv6.
    @unsafe
    init(reading address: UnsafeMutablePointer<curl_sockaddr>) {
        let length = Int(unsafe address.pointee.addrlen)
        let place: Range<Int>
        switch unsafe address.pointee.family {
        case AF_INET: place = 4..<8
        case AF_INET6: place = 8..<24
        default: place = 0..<0
        }
        guard place.upperBound <= length, let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else {
            self.init([])
            return
        }
        // libcurl keeps a full sockaddr_storage behind the short `addr` member.
        let start = unsafe UnsafeRawPointer(address) + offset
        self.init(unsafe Array(UnsafeRawBufferPointer(start: start + place.lowerBound, count: place.count)))
    }
}

/// Opens the socket that libcurl asked for, closed in child processes.
@unsafe
func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    let wanted = unsafe address.pointee
    #if canImport(Darwin)
    return socket(wanted.family, wanted.socktype, wanted.protocol)
    #else
    return socket(wanted.family, wanted.socktype | Int32(SOCK_CLOEXEC.rawValue), wanted.protocol)
    #endif
}
