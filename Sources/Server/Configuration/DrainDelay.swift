package import Prefork
package import System

/// How long a server goes on accepting after TERM, while whoever sends it requests notices that it ends.
package enum DrainDelay {
    /// A cluster takes an address out of its services and ends the server at the same time, so that requests still come
    /// for a moment.
    private static let inCluster = 3

    /// What the flag says, else `PARLEY_DRAIN_DELAY`, else some seconds in a Kubernetes cluster.
    ///
    /// - Throws: ``BootFailure`` that names the variable.
    package static func duration(_ flag: Int?, environment: EnvironmentVariables) throws(BootFailure) -> Duration {
        if let flag { return .seconds(max(0, flag)) }
        let isInCluster = environment["KUBERNETES_SERVICE_HOST"].map { !$0.isEmpty } ?? false
        return .seconds(
            try environment.number("PARLEY_DRAIN_DELAY", minimum: 0, fallback: isInCluster ? inCluster : 0))
    }
}
