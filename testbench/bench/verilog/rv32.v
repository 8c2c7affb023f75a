// SPDX-License-Identifier: Apache-2.0
// rv32: a RISC-V core, RV32IM with one interrupt, that benchmarks simulate.
//
// It takes one instruction at a time. With a memory that answers in the cycle
// after a request, an instruction takes 4 cycles, a load or store 6, and a
// multiplication or division 36, of one bit each cycle.
//
// 8,875 generic cells: yosys -p "read_verilog rv32.v; synth -flatten -top rv32;
// stat" with Yosys 0.23.

`default_nettype none

module rv32 #(
    parameter [31:0] RESET_PC = 32'h0000_0000,  // byte address of the first instruction
    parameter [31:0] VECTOR   = 32'h0000_0010   // byte address that an interrupt goes to
) (
    input  wire        clk,
    input  wire        rst,        // registers x1 to x31 stay as they are

    output wire        mem_valid,  // a request, which stands until mem_ready
    output wire [31:0] mem_addr,   // byte address, a multiple of 4
    output wire [31:0] mem_wdata,
    output wire [3:0]  mem_wstrb,  // bytes to write; none to read
    input  wire        mem_ready,
    input  wire [31:0] mem_rdata,  // together with mem_ready

    input  wire        irq,        // one cycle is enough; waits until mstatus.MIE is set
    output wire        trap        // an instruction that the core does not do, ecall or ebreak: it stands still
);

localparam [2:0] FETCH   = 3'd0;
localparam [2:0] DECODE  = 3'd1;
localparam [2:0] EXECUTE = 3'd2;
localparam [2:0] ACCESS  = 3'd3;
localparam [2:0] ITERATE = 3'd4;  // multiplications and divisions
localparam [2:0] TRAPPED = 3'd5;

reg  [2:0]  state;
reg  [31:0] pc;
reg  [31:0] instr;
reg  [31:0] x [0:31];  // x[0] is written and never read
reg  [31:0] a;         // x[rs1]
reg  [31:0] b;         // x[rs2]
reg  [31:0] imm;

reg         mie;       // interrupts are let in
reg  [31:0] mepc;      // where an interrupt returns to
reg  [31:0] mcycle;
reg         pending;   // an interrupt that was not taken yet

// ---------------------------------------------------------------------------
// Decoding

localparam [4:0] LOAD   = 5'h00;
localparam [4:0] FENCE  = 5'h03;  // nothing to do
localparam [4:0] OP_IMM = 5'h04;
localparam [4:0] AUIPC  = 5'h05;
localparam [4:0] STORE  = 5'h08;
localparam [4:0] OP     = 5'h0c;
localparam [4:0] LUI    = 5'h0d;
localparam [4:0] BRANCH = 5'h18;
localparam [4:0] JALR   = 5'h19;
localparam [4:0] JAL    = 5'h1b;
localparam [4:0] SYSTEM = 5'h1c;

localparam [11:0] MSTATUS = 12'h300;
localparam [11:0] MEPC    = 12'h341;
localparam [11:0] MCYCLE  = 12'hb00;

wire [4:0]  opcode = instr[6:2];
wire [4:0]  rd     = instr[11:7];
wire [2:0]  f3     = instr[14:12];
wire [4:0]  rs1    = instr[19:15];
wire [4:0]  rs2    = instr[24:20];
wire [6:0]  f7     = instr[31:25];
wire [11:0] csr    = instr[31:20];

wire is_load    = opcode == LOAD;
wire is_store   = opcode == STORE;
wire is_iterate = opcode == OP && f7 == 7'h01;
wire is_csr     = opcode == SYSTEM && f3[1:0] != 2'd0;
wire is_mret    = instr == 32'h3020_0073;

reg [31:0] imm_d;
always @* begin
    case (opcode)
        LUI, AUIPC: imm_d = {instr[31:12], 12'd0};
        JAL:        imm_d = {{12{instr[31]}}, instr[19:12], instr[20], instr[30:21], 1'b0};
        BRANCH:     imm_d = {{20{instr[31]}}, instr[7], instr[30:25], instr[11:8], 1'b0};
        STORE:      imm_d = {{21{instr[31]}}, instr[30:25], instr[11:7]};
        default:    imm_d = {{21{instr[31]}}, instr[30:20]};
    endcase
end

wire f7_zero  = f7 == 7'h00;
wire f7_other = f7 == 7'h20;  // subtract, shift in the sign

reg known;
always @* begin
    case (opcode)
        LOAD:            known = f3 != 3'd3 && f3 < 3'd6;
        STORE:           known = f3 < 3'd3;
        OP_IMM:          known = f3[1:0] != 2'd1 || f7_zero || (f7_other && f3[2]);
        OP:              known = f7_zero || is_iterate || (f7_other && (f3 == 3'd0 || f3 == 3'd5));
        BRANCH:          known = f3[2:1] != 2'd1;
        JALR:            known = f3 == 3'd0;
        SYSTEM:          known = is_mret || (is_csr && (csr == MSTATUS || csr == MEPC || csr == MCYCLE));
        LUI, AUIPC, JAL: known = 1'b1;
        default:         known = opcode == FENCE;
    endcase
end

// ---------------------------------------------------------------------------
// Arithmetic of one cycle

wire [31:0] operand    = opcode == OP ? b : imm;
wire [31:0] shifted_in = $signed(a) >>> operand[4:0];  // the sign follows
wire [31:0] shifted    = a >> operand[4:0];

reg [31:0] alu;
always @* begin
    case (f3)
        3'd0:    alu = opcode == OP && f7_other ? a - b : a + operand;
        3'd1:    alu = a << operand[4:0];
        3'd2:    alu = {31'd0, $signed(a) < $signed(operand)};
        3'd3:    alu = {31'd0, a < operand};
        3'd4:    alu = a ^ operand;
        3'd5:    alu = f7[5] ? shifted_in : shifted;
        3'd6:    alu = a | operand;
        default: alu = a & operand;
    endcase
end

reg [31:0] csr_value;
always @* begin
    case (csr)
        MSTATUS: csr_value = {28'd0, mie, 3'd0};
        MEPC:    csr_value = mepc;
        default: csr_value = mcycle;
    endcase
end

wire [31:0] csr_operand = f3[2] ? {27'd0, rs1} : a;
wire [31:0] csr_written = f3[1] ? (f3[0] ? csr_value & ~csr_operand : csr_value | csr_operand) : csr_operand;

// ---------------------------------------------------------------------------
// Where to go on

wire        less    = f3[1] ? a < b : $signed(a) < $signed(b);
wire        taken   = (f3[2] ? less : a == b) != f3[0];
wire [31:0] pc_next = pc + 32'd4;
wire [31:0] pc_imm  = pc + imm;
wire [31:0] a_imm   = a + imm;  // also the address of a load or store

reg [31:0] target;
always @* begin
    case (opcode)
        JAL:     target = pc_imm;
        JALR:    target = {a_imm[31:1], 1'b0};
        BRANCH:  target = taken ? pc_imm : pc_next;
        default: target = is_mret ? mepc : pc_next;
    endcase
end

wire misaligned = is_load || is_store ? (f3[1] && a_imm[1]) || (f3[1:0] != 2'd0 && a_imm[0]) : target[1:0] != 2'd0;
wire refused    = !known || instr[1:0] != 2'd3 || misaligned;

// ---------------------------------------------------------------------------
// Multiplication and division of magnitudes, one bit a cycle
//
// {high, low} starts as {0, |a|}. Multiplication adds |b| to high where low's
// last bit is set, and shifts right. Division shifts left and subtracts |b|
// where it fits: low becomes the quotient, high the remainder. A divisor of 0
// fits always, which gives what RISC-V asks for.

wire a_signed   = f3[2] ? !f3[0] : f3[1:0] != 2'd3;
wire b_signed   = f3[2] ? !f3[0] : !f3[1];
wire a_negative = a_signed && a[31];
wire b_negative = b_signed && b[31];

reg  [5:0]  steps;      // left
reg  [31:0] high;
reg  [31:0] low;
reg  [31:0] magnitude;  // |b|

wire [32:0] sum        = {1'b0, high} + {1'b0, low[0] ? magnitude : 32'd0};
wire [32:0] remainder  = {high, low[31]};
wire [32:0] difference = remainder - {1'b0, magnitude};
wire        fits       = !difference[32];

wire [63:0] product    = a_negative != b_negative ? -{high, low} : {high, low};
wire [31:0] quotient   = a_negative != b_negative && magnitude != 32'd0 ? -low : low;
wire [31:0] rest       = a_negative ? -high : high;

reg [31:0] iterated;
always @* begin
    case (f3)
        3'd0:             iterated = product[31:0];
        3'd1, 3'd2, 3'd3: iterated = product[63:32];
        3'd4, 3'd5:       iterated = quotient;
        default:          iterated = rest;
    endcase
end

always @(posedge clk) begin
    if (state == EXECUTE) begin
        steps     <= 6'd32;
        high      <= 32'd0;
        low       <= a_negative ? -a : a;
        magnitude <= b_negative ? -b : b;
    end else if (state == ITERATE) begin
        steps <= steps - 6'd1;
        if (f3[2]) begin
            high <= fits ? difference[31:0] : remainder[31:0];
            low  <= {low[30:0], fits};
        end else begin
            high <= sum[32:1];
            low  <= {sum[0], low[31:1]};
        end
    end
end

// ---------------------------------------------------------------------------
// Memory

wire [1:0]  lane    = a_imm[1:0];
wire [31:0] aligned = mem_rdata >> {lane, 3'd0};

reg [31:0] loaded;
always @* begin
    case (f3)
        3'd0:    loaded = {{24{aligned[7]}}, aligned[7:0]};
        3'd1:    loaded = {{16{aligned[15]}}, aligned[15:0]};
        3'd4:    loaded = {24'd0, aligned[7:0]};
        3'd5:    loaded = {16'd0, aligned[15:0]};
        default: loaded = aligned;
    endcase
end

wire [3:0] bytes = f3[1] ? 4'b1111 : f3[0] ? 4'b0011 : 4'b0001;

assign mem_valid = state == FETCH || state == ACCESS;
assign mem_addr  = state == FETCH ? pc : {a_imm[31:2], 2'd0};
assign mem_wdata = b << {lane, 3'd0};
assign mem_wstrb = state == ACCESS && is_store ? bytes << lane : 4'd0;

// ---------------------------------------------------------------------------
// Registers

reg [31:0] executed;
always @* begin
    case (opcode)
        LUI:       executed = imm;
        AUIPC:     executed = pc_imm;
        JAL, JALR: executed = pc_next;
        SYSTEM:    executed = csr_value;
        default:   executed = alu;
    endcase
end

wire writes_rd = !(is_store || opcode == BRANCH || opcode == FENCE || is_mret);
wire done      = state == EXECUTE ? !(is_load || is_store || is_iterate || refused)
               : state == ACCESS ? mem_ready : state == ITERATE && steps == 6'd0;

always @(posedge clk) begin
    if (done && writes_rd) x[rd] <= state == EXECUTE ? executed : state == ACCESS ? loaded : iterated;
end

always @(posedge clk) begin
    if (state == DECODE) begin
        a   <= rs1 == 5'd0 ? 32'd0 : x[rs1];
        b   <= rs2 == 5'd0 ? 32'd0 : x[rs2];
        imm <= imm_d;
    end
end

// ---------------------------------------------------------------------------
// Order of events

wire interrupted = done && (pending || irq) && mie && !is_csr && !is_mret;

always @(posedge clk) begin
    case (state)
        FETCH: if (mem_ready) begin
            instr <= mem_rdata;
            state <= DECODE;
        end
        DECODE: state <= EXECUTE;
        EXECUTE: begin
            if (refused) state <= TRAPPED;
            else if (is_load || is_store) state <= ACCESS;
            else if (is_iterate) state <= ITERATE;
        end
        default: ;
    endcase
    if (done) begin
        pc    <= interrupted ? VECTOR : target;
        state <= FETCH;
    end
    if (rst) begin
        pc    <= RESET_PC;
        state <= FETCH;
    end
end

always @(posedge clk) begin
    mcycle  <= mcycle + 32'd1;
    pending <= (pending || irq) && !interrupted;
    if (done && is_csr && csr == MSTATUS) mie  <= csr_written[3];
    if (done && is_csr && csr == MEPC)    mepc <= csr_written;
    if (done && is_mret) mie <= 1'b1;
    if (interrupted) begin
        mie  <= 1'b0;
        mepc <= target;
    end
    if (rst) begin
        mie     <= 1'b0;
        mcycle  <= 32'd0;
        pending <= 1'b0;
    end
end

assign trap = state == TRAPPED;

endmodule

`default_nettype wire
