import NIOCore

/// Closes a connection whose next request does not come: absolute deadlines, which dripping bytes do not extend.
///
/// It counts from accepting to the first request's complete header fields, and from each answer to the next one's. It
/// sits behind the HTTP decoder, so that only complete parts reach it. Bodies have a deadline of their own.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    private let headerDeadline: TimeAmount
    private let keepAliveDeadline: TimeAmount
    private var timer: Scheduled<Void>?

    init(headerDeadline: Duration, keepAliveDeadline: Duration) {
        self.headerDeadline = TimeAmount(headerDeadline)
        self.keepAliveDeadline = TimeAmount(keepAliveDeadline)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        start(headerDeadline, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        stop()
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func flush(context: ChannelHandlerContext) {
        start(keepAliveDeadline, context)
        context.flush()
    }

    private func start(_ deadline: TimeAmount, _ context: ChannelHandlerContext) {
        stop()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: deadline) { channel.close(promise: nil) }
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }
}
