import Logging
import Offloading

extension MemoryRoom {
    /// With less left, a worker can hardly do more than refuse.
    private static let least: UInt64 = 2 << 20

    /// Learns what the worker has in use before its first request, and says where that leaves too little for clients.
    func settle(_ logger: Logger) {
        let left = settle()
        guard left < Self.least else { return }
        logger.error(
            """
            The control group has too little memory for so many workers with this model: most requests will get 503. \
            Give it more memory, or fewer workers (SANIC_WORKERS)
            """,
            metadata: ["left_for_clients_of_a_worker": "\(left)"])
    }
}
