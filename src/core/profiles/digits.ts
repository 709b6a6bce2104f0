const ZERO = 0x30;
const BILLION = 1e9;

/** Writes a whole number from 0 to 2^53 − 1 in decimals, and returns where they end. */
export function putNumber(bytes: Uint8Array, at: number, number: number): number {
  // What fits into 32 bits is divided many times as fast as what does not.
  if (number >= BILLION) {
    const billions = Math.floor(number / BILLION);
    const middle = putNumber(bytes, at, billions);
    putDigits(bytes, middle, 9, number - billions * BILLION);
    return middle + 9;
  }
  let count = 1;
  for (let power = 10; power <= number; power = Math.imul(power, 10)) count++;
  putDigits(bytes, at, count, number);
  return at + count;
}

/** Writes the last decimals of a number below a billion, zeros before them where it has fewer. */
export function putDigits(bytes: Uint8Array, at: number, count: number, number: number): void {
  let rest = number | 0;
  for (let place = at + count - 1; place >= at; place--) {
    const others = (rest / 10) | 0;
    bytes[place] = ZERO + rest - Math.imul(others, 10);
    rest = others;
  }
}
