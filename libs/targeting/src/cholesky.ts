// one look-up for all: inside loops the global costs more than the arithmetic
const { log, sqrt } = Math;

/**
 * Overwrites a symmetric positive definite matrix, stored row by row and read in its lower triangle only, by its Cholesky factor L (matrix = L L') and
 * returns log det. Errors: RangeError if it is not positive definite.
 */
export function factorise(matrix: Float64Array, size: number): number {
  let logDeterminant = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      if (j < i) matrix[i * size + j] = sum / matrix[j * size + j];
      else {
        if (!(sum > 0)) throw new RangeError(`the matrix is not positive definite in row ${i}`);
        matrix[i * size + i] = sqrt(sum);
        logDeterminant += log(sum);
      }
    }
  }
  return logDeterminant;
}

/** Overwrites v by the solution x of L x = v. */
export function solveLower(factor: Float64Array, size: number, v: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = v[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * v[k];
    v[i] = sum / factor[i * size + i];
  }
}

/** Overwrites v by the solution x of L' x = v; a standard normal v becomes a draw from N(0, (L L')^-1). */
export function solveUpper(factor: Float64Array, size: number, v: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    v[i] /= factor[i * size + i];
    for (let k = 0; k < i; k++) v[k] -= factor[i * size + k] * v[i];
  }
}
