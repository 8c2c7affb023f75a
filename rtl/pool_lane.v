// SPDX-License-Identifier: Apache-2.0
// pool_lane: takes one pixel's code into the result of its pooling window.
//
// The largest code, or the sum of codes with the rounding half in it from the
// window's first pixel on. A pixel outside the map counts for nothing.

`default_nettype none

module pool_lane #(
    parameter W_DATA = 8,
    parameter W_POOL = 16   // bits of the sum of a window's codes, or where the largest is taken always of a code
) (
    input  wire              average,
    input  wire [W_POOL-1:0] half,      // 0 for the largest code
    input  wire              first,     // of the window's pixels
    input  wire              outside,
    input  wire [W_DATA-1:0] code,
    input  wire [W_POOL-1:0] pooled,    // of the pixels before

    output wire [W_POOL-1:0] next
);

wire [W_POOL-1:0] so_far = first ? half : pooled;
wire [W_POOL:0]   wide   = {{W_POOL-W_DATA+1{1'b0}}, code & {W_DATA{~outside}}};
wire [W_POOL-1:0] value  = wide[W_POOL-1:0];
wire              unused = &{1'b0, wide[W_POOL]};

assign next = average ? so_far + value : value > so_far ? value : so_far;

endmodule

`default_nettype wire
