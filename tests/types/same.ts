/** Compiles for `true` alone. */
export type Is<Claim extends true> = Claim;

/** Whether two types are one and the same. Unlike assignability, it tells `any` from everything else. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
